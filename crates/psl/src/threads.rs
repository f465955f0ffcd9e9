//! Work on many items, split over threads. The results do not depend on the number of threads.

use std::ops::Range;
use std::sync::OnceLock;
use std::thread::{Builder, JoinHandle};

/// Below this number of items, one thread is faster.
const FEW: usize = 256;

/// The stack of each thread: what brackets of the deepest nesting that is parsed take, several times, in a build without
/// optimisation.
const STACK: usize = 8 << 20;

/// Splits `0..count` into contiguous runs, does `work` on each, and gives the results in the order of the runs.
pub(crate) fn map_runs<R: Send>(count: usize, work: impl Fn(Range<usize>) -> R + Sync) -> Vec<R> {
    let threads = if count < FEW { 1 } else { available() };
    map_runs_on(threads, count, work)
}

/// The same with a given number of threads.
pub(crate) fn map_runs_on<R: Send>(
    threads: usize,
    count: usize,
    work: impl Fn(Range<usize>) -> R + Sync,
) -> Vec<R> {
    if threads <= 1 {
        return vec![work(0..count)];
    }
    let run = |thread: usize| count * thread / threads..count * (thread + 1) / threads;
    std::thread::scope(|scope| {
        let work = &work;
        let start = |thread: usize| (thread, builder().spawn_scoped(scope, move || work(run(thread))));
        let workers: Vec<_> = (1..threads).map(start).collect();
        let first = work(run(0));
        // Where no thread is to be had, this one does the work.
        let others = workers.into_iter().map(|(thread, worker)| match worker {
            Ok(worker) => finish(worker.join()),
            Err(_) => work(run(thread)),
        });
        std::iter::once(first).chain(others).collect()
    })
}

/// Does two things at once where a schema has enough items.
pub(crate) fn join<A: Send, B>(
    count: usize,
    first: impl FnOnce() -> A + Send,
    second: impl FnOnce() -> B,
) -> (A, B) {
    if count < FEW || available() == 1 {
        return (first(), second());
    }
    std::thread::scope(|scope| {
        let first = builder().spawn_scoped(scope, first).expect(THREAD);
        let second = second();
        (finish(first.join()), second)
    })
}

/// Work that may go on beside what comes next.
pub(crate) enum Task<R> {
    Done(R),
    Running(JoinHandle<R>),
}

impl<R: Send + 'static> Task<R> {
    /// Begins work on so many items: on a thread of its own where they are many.
    pub(crate) fn start(count: usize, work: impl FnOnce() -> R + Send + 'static) -> Self {
        match count < FEW || available() == 1 {
            true => Self::Done(work()),
            false => Self::Running(builder().spawn(work).expect(THREAD)),
        }
    }

    /// Waits for the result.
    pub(crate) fn finish(self) -> R {
        match self {
            Self::Done(result) => result,
            Self::Running(thread) => finish(thread.join()),
        }
    }
}

/// Why a thread can be had where one of two tasks has been given away already.
const THREAD: &str = "a machine that holds a schema of this size has room for a thread";

fn builder() -> Builder {
    Builder::new().stack_size(STACK)
}

fn finish<R>(result: std::thread::Result<R>) -> R {
    result.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// The number of threads to use. Asking for it takes longer than checking a small schema, so that it is asked for once.
fn available() -> usize {
    static AVAILABLE: OnceLock<usize> = OnceLock::new();
    *AVAILABLE.get_or_init(|| std::thread::available_parallelism().map_or(1, usize::from).min(8))
}

#[cfg(test)]
mod tests {
    use super::map_runs_on;

    #[test]
    fn the_number_of_threads_does_not_show() {
        for threads in [1, 2, 3, 8] {
            let runs = map_runs_on(threads, 10, |run| run.collect::<Vec<_>>());
            assert_eq!(runs.concat(), (0..10).collect::<Vec<_>>());
        }
    }
}
