//! How a closed account is settled: what its deposit pays, and where the rest of it and a credit go.

use crate::domain::id::AccountId;
use crate::domain::money::Money;

/// Where a credit goes that a closed account is left with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CreditGoes {
    /// There is none.
    Nowhere,
    /// To the account that the closing names.
    ToAccount(AccountId),
    /// Back to the customer, by check.
    ToCustomer,
    /// Written off: too small for a check.
    WrittenOff,
}

/// How one closed account is settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settlement {
    /// The account.
    pub account: AccountId,
    /// Of the deposit, what is used for what the account owes.
    pub deposit_applied: Money,
    /// Of the deposit, what is given back.
    pub deposit_refund: Money,
    /// The credit that is left; zero or more.
    pub credit: Money,
    /// Where it goes.
    pub credit_goes: CreditGoes,
}

impl Settlement {
    /// The part that pays nothing out, for an office where somebody decides about refunds.
    pub fn without_refunds(self) -> Settlement {
        let credit_goes = match self.credit_goes {
            CreditGoes::ToCustomer => CreditGoes::Nowhere,
            other => other,
        };
        Settlement { deposit_refund: Money::ZERO, credit_goes, ..self }
    }

    /// Whether it moves a deposit.
    pub fn moves_deposit(&self) -> bool {
        !(self.deposit_applied + self.deposit_refund).is_zero()
    }

    /// What is paid out by check.
    pub fn paid_out(&self) -> Money {
        let credit = if self.credit_goes == CreditGoes::ToCustomer { self.credit } else { Money::ZERO };
        self.deposit_refund + credit
    }
}
