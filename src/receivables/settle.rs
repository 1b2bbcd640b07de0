//! Settles a closed account after its final bill: the deposit first, then the credit that is left.

use crate::domain::books::settlement::{CreditGoes, Settlement};
use crate::domain::id::AccountId;
use crate::domain::money::Money;

/// Says how a closed account is settled; `None` where there is nothing to do.
///
/// The deposit pays what is owed and the rest of it is given back, whatever the closing says; a credit passes to the
/// account that the closing names, else it is given back from `refund_minimum` (`[closing]`), else written off.
pub fn settle(
    account: &AccountId,
    owed: Money,
    deposit: Money,
    transfer_to: Option<&AccountId>,
    refund_minimum: Money,
) -> Option<Settlement> {
    let deposit_applied = deposit.min(owed).max(Money::ZERO);
    let credit = (-owed).max(Money::ZERO);
    let credit_goes = match transfer_to {
        _ if credit.is_zero() => CreditGoes::Nowhere,
        Some(other) => CreditGoes::ToAccount(other.clone()),
        None if credit >= refund_minimum => CreditGoes::ToCustomer,
        None => CreditGoes::WrittenOff,
    };
    if deposit.is_zero() && credit.is_zero() {
        return None;
    }
    let deposit_refund = deposit - deposit_applied;
    Some(Settlement { account: account.clone(), deposit_applied, deposit_refund, credit, credit_goes })
}
