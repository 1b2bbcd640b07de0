//! The control: what customers owed, all that moved it, and what they owe; each account, and charge by charge.

use std::collections::BTreeMap;

use super::allocation::allocate;
use crate::domain::books::balance::{Age, Aging};
use crate::domain::books::charge::ChargeKind;
use crate::domain::books::control::{
    AccountControl, ControlLine, DepositMovement, GlMovement, Movement, OpenByCharge, OpenCharges, Posted,
    Unpaid,
};
use crate::domain::books::entry::{Effect, EntryKind};
use crate::domain::date::Date;
use crate::domain::id::AccountId;
use crate::domain::money::Money;

/// What of each debit is unpaid as of a date, by account in the order in which it is paid; effects dated later are
/// passed over.
pub fn unpaid(effects: &[Effect], as_of: Date) -> Vec<Unpaid> {
    let mut by_account: BTreeMap<&AccountId, Vec<&Effect>> = BTreeMap::new();
    for effect in effects.iter().filter(|effect| effect.date <= as_of) {
        by_account.entry(&effect.account).or_default().push(effect);
    }
    let items = by_account.values().flat_map(|effects| allocate(effects).items);
    let open = items.filter(|item| !item.open.is_zero());
    open.map(|item| Unpaid {
        account: item.effect.account.clone(),
        kind: item.effect.kind,
        reference: item.effect.reference.clone(),
        date: item.effect.date,
        due: item.due,
        amount: item.effect.amount,
        open: item.open,
    })
    .collect()
}

/// The open part of a debit by charge: inside a bill fees are paid first, then the charges in the order of its lines.
///
/// `lines` are those of the bill; of any other debit there are none, and it is a charge of its own kind.
///
/// # Panics
/// Where the lines are not the bill's: then the program is wrong.
pub fn by_charge(item: &Unpaid, lines: &[(ChargeKind, Money)]) -> OpenCharges {
    if lines.is_empty() {
        return vec![(item.kind.word(), item.open)];
    }
    let all: Money = lines.iter().map(|(_, amount)| *amount).sum();
    assert_eq!(all, item.amount, "the lines of bill {} are its own", item.reference);
    // A line that lowers the bill pays like money.
    let lowered: Money = lines.iter().map(|(_, amount)| (-*amount).max(Money::ZERO)).sum();
    let mut paid = item.amount - item.open + lowered;
    let (fees, others): (Vec<_>, Vec<_>) =
        lines.iter().copied().partition(|(kind, _)| *kind == ChargeKind::Fee);
    let mut open: OpenCharges = Vec::new();
    for (kind, amount) in fees.into_iter().chain(others).filter(|(_, amount)| *amount > Money::ZERO) {
        let pays = paid.min(amount);
        paid -= pays;
        match open.iter_mut().find(|(word, _)| *word == kind.word()) {
            Some((_, sum)) => *sum += amount - pays,
            None => open.push((kind.word(), amount - pays)),
        }
    }
    open.retain(|(_, amount)| !amount.is_zero());
    open
}

/// The control of each account that owed, was moved or owes, by number.
///
/// `before` and `after` have the open charges of those who owed at the start and owe at the end; of all others only a
/// credit can be there.
pub fn control(
    movements: &[Movement],
    mut before: BTreeMap<AccountId, OpenCharges>,
    mut after: BTreeMap<AccountId, OpenCharges>,
) -> Vec<AccountControl> {
    let mut accounts: BTreeMap<&AccountId, AccountControl> = BTreeMap::new();
    for movement in movements {
        let Some(line) = ControlLine::of(movement.kind) else { continue };
        let found = accounts.entry(&movement.account).or_insert_with(|| AccountControl {
            account: movement.account.clone(),
            opening: Money::ZERO,
            moved: [Money::ZERO; ControlLine::ALL.len()],
            before: OpenByCharge::default(),
            after: OpenByCharge::default(),
        });
        found.opening += movement.before;
        found.moved[line as usize] += movement.within;
    }
    let credit = |balance: Money| balance.min(Money::ZERO);
    let mut rows: Vec<AccountControl> = accounts.into_values().collect();
    rows.retain(|row| !row.opening.is_zero() || row.moved.iter().any(|moved| !moved.is_zero()));
    for row in &mut rows {
        let charges = before.remove(&row.account).unwrap_or_default();
        row.before = OpenByCharge { charges, credit: credit(row.opening) };
        let charges = after.remove(&row.account).unwrap_or_default();
        row.after = OpenByCharge { charges, credit: credit(row.closing()) };
    }
    rows
}

/// What the general ledger says was posted to what customers owe, by line and charge.
pub fn posted(ledger: &[GlMovement], receivable: impl Fn(&str) -> bool) -> Vec<Posted> {
    let mut found = Vec::new();
    for legs in ledger {
        let Some(line) = ControlLine::of(legs.entry) else { continue };
        let mut push = |charge: Option<&str>, amount: Money| {
            if !amount.is_zero() {
                let (entry, gl_account) = (legs.entry, legs.gl_account.clone());
                found.push(Posted { line, entry, charge: charge.map(str::to_owned), gl_account, amount });
            }
        };
        match (legs.entry, receivable(&legs.gl_account)) {
            // What a bill is about stands on the legs of its revenue.
            (EntryKind::Bill, false) => push(Some(&legs.kind), -legs.net()),
            (EntryKind::Bill, true) | (_, false) => {}
            (EntryKind::ReturnedPayment, true) => push(None, legs.net()),
            (_, true) => {
                push(Some(&legs.kind), legs.debit);
                push(None, -legs.credit);
            }
        }
    }
    found.sort_by(|a, b| {
        (a.line, a.entry, &a.charge, &a.gl_account).cmp(&(b.line, b.entry, &b.charge, &b.gl_account))
    });
    found
}

/// The deposits of each account that has or had one, by number.
pub fn deposit_movements(movements: &[Movement]) -> Vec<DepositMovement> {
    let mut accounts: BTreeMap<&AccountId, DepositMovement> = BTreeMap::new();
    for movement in movements {
        if movement.deposit_before.is_zero() && movement.deposit_within.is_zero() {
            continue;
        }
        let found = accounts.entry(&movement.account).or_insert_with(|| DepositMovement {
            account: movement.account.clone(),
            opening: Money::ZERO,
            taken: Money::ZERO,
            applied: Money::ZERO,
            refunded: Money::ZERO,
        });
        found.opening += movement.deposit_before;
        *match movement.kind {
            EntryKind::DepositApplied => &mut found.applied,
            EntryKind::DepositRefund => &mut found.refunded,
            _ => &mut found.taken,
        } += movement.deposit_within;
    }
    let mut rows: Vec<DepositMovement> = accounts.into_values().collect();
    rows.retain(|row| {
        [row.opening, row.taken, row.applied, row.refunded].iter().any(|amount| !amount.is_zero())
    });
    rows
}

/// The ages of what each account of a control owes at the end, by number; accounts that owe nothing and have no credit are
/// left out.
///
/// # Panics
/// Where what is unpaid is not what the control's accounts owe: then the program is wrong.
pub fn aged(controls: &[AccountControl], unpaid: &[Unpaid], as_of: Date) -> Vec<(AccountId, Aging)> {
    let mut items: BTreeMap<&AccountId, Vec<&Unpaid>> = BTreeMap::new();
    for item in unpaid {
        items.entry(&item.account).or_default().push(item);
    }
    let aging = |control: &AccountControl| {
        let mut aging = Aging { credit: control.after.credit, ..Aging::default() };
        for item in items.get(&control.account).into_iter().flatten() {
            aging.add(Age::of(item.due, as_of), item.open);
        }
        assert_eq!(
            aging.balance(),
            control.closing(),
            "ageing of {} neither makes nor loses a cent",
            control.account
        );
        (control.account.clone(), aging)
    };
    controls.iter().map(aging).filter(|(_, aging)| *aging != Aging::default()).collect()
}
