//! Properties that hold for input of chance. The seed is fixed; a failure prints what brings it about again.

mod mutation;
mod order;
