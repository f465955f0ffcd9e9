//! What PostgreSQL would say no to.

use std::fmt;

/// The kind of a refusal, as PostgreSQL's error codes have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum SqlState {
    UndefinedTable,
    UndefinedColumn,
    UndefinedObject,
    UndefinedFunction,
    UndefinedNamespace,
    DuplicateTable,
    DuplicateColumn,
    DuplicateObject,
    DuplicateFunction,
    DuplicateNamespace,
    WrongObjectType,
    DependentObjectsStillExist,
    InvalidTableDefinition,
    InvalidObjectDefinition,
    InvalidForeignKey,
    InvalidFunctionDefinition,
    InvalidColumnReference,
    InvalidTextRepresentation,
    InvalidParameterValue,
    InvalidTransactionState,
    ActiveTransaction,
    NoActiveTransaction,
    DatatypeMismatch,
    AmbiguousFunction,
    AmbiguousColumn,
    FeatureNotSupported,
    ObjectNotInPrerequisiteState,
    ReservedName,
    SyntaxError,
    InvalidName,
    RaiseException,
    InvalidDatetimeFormat,
    TooManyColumns,
}

impl SqlState {
    /// The five characters.
    pub const fn code(self) -> &'static str {
        match self {
            Self::UndefinedTable => "42P01",
            Self::UndefinedColumn => "42703",
            Self::UndefinedObject => "42704",
            Self::UndefinedFunction => "42883",
            Self::UndefinedNamespace => "3F000",
            Self::DuplicateTable => "42P07",
            Self::DuplicateColumn => "42701",
            Self::DuplicateObject => "42710",
            Self::DuplicateFunction => "42723",
            Self::DuplicateNamespace => "42P06",
            Self::WrongObjectType => "42809",
            Self::DependentObjectsStillExist => "2BP01",
            Self::InvalidTableDefinition => "42P16",
            Self::InvalidObjectDefinition => "42P17",
            Self::InvalidForeignKey => "42830",
            Self::InvalidFunctionDefinition => "42P13",
            Self::InvalidColumnReference => "42P10",
            Self::InvalidTextRepresentation => "22P02",
            Self::InvalidParameterValue => "22023",
            Self::InvalidTransactionState => "25P02",
            Self::ActiveTransaction => "25001",
            Self::NoActiveTransaction => "25P01",
            Self::DatatypeMismatch => "42804",
            Self::AmbiguousFunction => "42725",
            Self::AmbiguousColumn => "42702",
            Self::FeatureNotSupported => "0A000",
            Self::ObjectNotInPrerequisiteState => "55000",
            Self::ReservedName => "42939",
            Self::SyntaxError => "42601",
            Self::InvalidName => "42602",
            Self::RaiseException => "P0001",
            Self::InvalidDatetimeFormat => "22007",
            Self::TooManyColumns => "54011",
        }
    }

    /// Whether the refusal says that something is missing, so that a statement that was not understood could have made
    /// it.
    pub(crate) const fn is_missing(self) -> bool {
        matches!(
            self,
            Self::UndefinedTable
                | Self::UndefinedColumn
                | Self::UndefinedObject
                | Self::UndefinedFunction
                | Self::UndefinedNamespace
        )
    }
}

impl fmt::Display for SqlState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Why a statement cannot be carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) state: SqlState,
    /// One line, names in backticks.
    pub(crate) message: String,
}

impl Refusal {
    pub(crate) fn new(state: SqlState, message: impl Into<String>) -> Self {
        Self { state, message: message.into() }
    }
}

/// What an interpretation returns.
pub(crate) type Done<T = ()> = Result<T, Refusal>;
