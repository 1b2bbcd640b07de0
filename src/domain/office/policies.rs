//! The sections of `office.toml` that set a policy, each with its default.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use serde::Deserialize;

use super::text::{Percent, ProratedLine, WholeUnits};
use super::{LetterSteps, OfficeFault, Weekday};
use crate::domain::books::money_in::LEAK_CREDIT;
use crate::domain::date::Date;
use crate::domain::law::{Law, LawRule};
use crate::domain::money::Money;

/// How usage becomes billing units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UsageRounding {
    /// Whole units of the readings; the remainder is carried (the district's published practice).
    #[default]
    TruncateReadings,
    /// Whole units of the usage; the remainder is dropped.
    TruncateUsage,
    /// Hundredths of a unit as they are.
    Exact,
}

/// `[usage]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct UsagePolicy {
    /// How usage becomes billing units.
    pub rounding: UsageRounding,
}

/// `[rates]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RatePolicy {
    /// Opening and final bills of fewer days are prorated (illustrative: none is published).
    pub prorate_below_days: i64,
    /// The lines they prorate.
    pub prorate: Vec<ProratedLine>,
    /// Whether a period over a change of rates is split by days.
    pub prorate_change: bool,
    /// Whether landscape budgets are rounded.
    pub budget_rounding: WholeUnits,
}

impl Default for RatePolicy {
    fn default() -> RatePolicy {
        RatePolicy {
            prorate_below_days: 25,
            prorate: vec![ProratedLine::Fixed, ProratedLine::Wastewater],
            prorate_change: false,
            budget_rounding: WholeUnits::None,
        }
    }
}

/// `[bulk]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Bulk {
    /// Rental of a hydrant meter a day (illustrative).
    pub rental_per_day: Money,
    /// How many days a permit for temporary service is good for (District Code 5.30.010).
    pub permit_days: u32,
}

impl Default for Bulk {
    fn default() -> Bulk {
        Bulk { rental_per_day: Money::ZERO, permit_days: 45 }
    }
}

/// `[fees]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Fees {
    /// For a lock-off; none is published.
    pub lock_off: Money,
    /// For a reconnection; none is published.
    pub reconnection: Money,
    /// For a reconnection outside operating hours; none is published.
    pub reconnection_after_hours: Money,
    /// For the first returned payment: the cap of Civil Code 1719(a)(1).
    pub returned_item_first: Money,
    /// For each later one.
    pub returned_item_later: Money,
}

impl Default for Fees {
    fn default() -> Fees {
        Fees {
            lock_off: Money::ZERO,
            reconnection: Money::ZERO,
            reconnection_after_hours: Money::ZERO,
            returned_item_first: Money::from_cents(2500),
            returned_item_later: Money::from_cents(3500),
        }
    }
}

/// `[adjustments]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Adjustments {
    /// Amounts from which an adjustment waits for another person's initials (illustrative).
    pub approval_from: Money,
    /// Reason codes of the office, besides or instead of those that every office has.
    pub reasons: BTreeMap<String, Reason>,
}

/// `[adjustments.reasons.CODE]`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// Which way it moves what is owed.
    pub sign: Sign,
    /// The account of the general ledger on the other side; none: `[gl] adjustments`.
    #[serde(default)]
    pub gl: Option<String>,
    /// Whether it needs its grounds.
    #[serde(default)]
    pub worked: bool,
}

/// Which way a reason moves what is owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sign {
    /// It lowers what is owed.
    Credit,
    /// It adds to what is owed.
    Debit,
    /// It does either.
    Either,
}

/// The reason codes that every office has (illustrative: none is published).
const REASONS: [(&str, Sign, bool); 9] = [
    ("back-bill", Sign::Either, true),
    ("billing-error", Sign::Either, false),
    ("courtesy", Sign::Credit, false),
    ("fine", Sign::Debit, false),
    ("late-fee-waiver", Sign::Credit, false),
    (LEAK_CREDIT, Sign::Credit, true),
    ("low-income", Sign::Credit, false),
    ("small-balance", Sign::Either, false),
    ("write-off", Sign::Credit, false),
];

impl Adjustments {
    /// What a reason code means; `None` for one that is not on record.
    pub fn reason(&self, code: &str) -> Option<Reason> {
        let common = || {
            let (_, sign, worked) = REASONS.iter().find(|(known, ..)| *known == code)?;
            Some(Reason { sign: *sign, gl: None, worked: *worked })
        };
        self.reasons.get(code).cloned().or_else(common)
    }

    /// The codes on record, sorted.
    pub fn codes(&self) -> Vec<&str> {
        let common = REASONS.iter().map(|(code, ..)| *code);
        let codes: BTreeSet<&str> = self.reasons.keys().map(String::as_str).chain(common).collect();
        codes.into_iter().collect()
    }
}

impl Default for Adjustments {
    fn default() -> Adjustments {
        Adjustments { approval_from: Money::from_cents(5000), reasons: BTreeMap::new() }
    }
}

/// `[deposits]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Deposits {
    /// Most delinquent bills in the time for a refund.
    pub delinquent_max: u32,
    /// The time of good history, in months.
    pub months: u32,
}

impl Default for Deposits {
    fn default() -> Deposits {
        Deposits { delinquent_max: 3, months: 12 }
    }
}

/// `[closing]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Closing {
    /// Least credit that is refunded (illustrative).
    pub refund_minimum: Money,
}

impl Default for Closing {
    fn default() -> Closing {
        Closing { refund_minimum: Money::from_cents(100) }
    }
}

/// `[collections]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Collections {
    /// Least past-due amount for a lock-off.
    pub minimum: Money,
    /// Most lock-offs a day.
    pub per_day: u32,
    /// Lock-off days; empty: every business day.
    pub weekdays: Vec<Weekday>,
    /// The late fee.
    pub late_fee: LateFee,
    /// What a lock-off needs.
    pub lock_off: LockOff,
    /// When who is written to and called.
    pub letters: LetterSteps,
}

impl Default for Collections {
    fn default() -> Collections {
        Collections {
            minimum: Money::from_cents(2500),
            per_day: 25,
            weekdays: vec![],
            late_fee: LateFee::default(),
            lock_off: LockOff::default(),
            letters: LetterSteps::default(),
        }
    }
}

impl Collections {
    /// Refuses late fees that can only be slips of typing, and what is laxer than the law.
    pub(super) fn check(&self, law: &Law) -> Result<(), OfficeFault> {
        let late = &self.late_fee;
        let percents = [("percent", Some(late.percent)), ("percent_ceiling", late.percent_ceiling)];
        for (key, percent) in percents.iter().filter_map(|(key, percent)| Some((key, (*percent)?.0))) {
            if percent.is_sign_negative() || percent > Decimal::ONE_HUNDRED {
                return Err(OfficeFault(format!(
                    "[collections.late_fee] {key} = \"{percent}\": write a percentage from 0 to 100."
                )));
            }
        }
        if late.minimum.is_negative() {
            let told = format!("[collections.late_fee] minimum = \"{}\" is below zero.", late.minimum);
            return Err(OfficeFault(told));
        }
        if !(1..=365).contains(&late.days) {
            let told = format!(
                "[collections.late_fee] days = {}: write 1 to 365 days after the bill date.",
                late.days
            );
            return Err(OfficeFault(told));
        }
        let weekend = self.weekdays.iter().find(|day| matches!(day, Weekday::Sat | Weekday::Sun));
        if let Some(day) = weekend {
            return Err(OfficeFault(format!(
                "[collections] weekdays: nobody is locked off on a {day:?}: {} forbids it. Take it out.",
                law.rule(LawRule::ClosedDays, Date::MAX).section
            )));
        }
        if self.per_day == 0 {
            let told =
                "[collections] per_day = 0: write how many lock-offs a day the crew can do, at least 1.";
            return Err(OfficeFault(told.to_owned()));
        }
        self.letters.check()?;
        self.lock_off.check(law)
    }
}

/// `[collections.lock_off]`: what a lock-off needs. Days are calendar days unless called business days.
///
/// A figure below the law's is refused when the settings are read; a stricter one is used.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LockOff {
    /// Days of delinquency, residential.
    pub residential_days: i64,
    /// Days after the bill date, others: the district's published 40 days.
    pub non_residential_days: i64,
    /// Business days after the contact, residential.
    pub contact_business_days: i64,
    /// Days of a notice.
    pub notice_days: i64,
    /// Days after mailing on which the days of a mailed notice begin.
    pub mailing_days: i64,
    /// Days after the bill date before which no notice counts.
    pub notice_not_before_days: i64,
    /// Days after the last attempt or door hanger.
    pub attempt_days: i64,
    /// Days after which an attempt or door hanger has lapsed.
    pub attempt_lapses_days: i64,
    /// Days after the occupants' notice; a mailed one takes `mailing_days` more.
    pub occupant_days: i64,
    /// Days that an instalment or a bill is late when a plan is broken.
    pub plan_default_days: i64,
    /// Business days after the posted final notice, after a broken plan.
    pub posting_business_days: i64,
}

impl Default for LockOff {
    fn default() -> LockOff {
        LockOff {
            residential_days: 60,
            non_residential_days: 40,
            contact_business_days: 7,
            notice_days: 10,
            mailing_days: 5,
            notice_not_before_days: 19,
            attempt_days: 3,
            attempt_lapses_days: 14,
            occupant_days: 10,
            plan_default_days: 60,
            posting_business_days: 5,
        }
    }
}

impl LockOff {
    /// Refuses figures below the law's, naming the section, and figures that no office can mean.
    fn check(&self, law: &Law) -> Result<(), OfficeFault> {
        let figures = [
            ("residential_days", self.residential_days, Some(LawRule::DelinquentDays)),
            ("non_residential_days", self.non_residential_days, None),
            ("contact_business_days", self.contact_business_days, Some(LawRule::ContactBusinessDays)),
            ("notice_days", self.notice_days, Some(LawRule::NoticeDays)),
            ("mailing_days", self.mailing_days, Some(LawRule::MailingDays)),
            ("notice_not_before_days", self.notice_not_before_days, Some(LawRule::NoticeNotBeforeDays)),
            ("attempt_days", self.attempt_days, Some(LawRule::AttemptDays)),
            ("attempt_lapses_days", self.attempt_lapses_days, None),
            ("occupant_days", self.occupant_days, Some(LawRule::OccupantDays)),
            ("plan_default_days", self.plan_default_days, Some(LawRule::PlanDefaultDays)),
            ("posting_business_days", self.posting_business_days, Some(LawRule::PostingBusinessDays)),
        ];
        for (key, days, rule) in figures {
            if let Some(floor) = rule.map(|rule| law.rule(rule, Date::MAX)).filter(|floor| days < floor.value)
            {
                return Err(OfficeFault(format!(
                    "[collections.lock_off] {key} = {days}: {} says at least {} {}. Write {} or more.",
                    floor.section, floor.value, floor.unit, floor.value
                )));
            }
            if !(0..=365).contains(&days) {
                let told =
                    format!("[collections.lock_off] {key} = {days}: write a number of days up to 365.");
                return Err(OfficeFault(told));
            }
        }
        Ok(())
    }
}

/// `[collections.late_fee]`: the district's published rule, the greater of $10 and 10 % after 30 days.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LateFee {
    /// Days after the bill date.
    pub days: i64,
    /// The least fee.
    pub minimum: Money,
    /// Percent of the bill's unpaid amount.
    pub percent: Percent,
    /// The ceiling of Government Code 54348, where the office applies it.
    pub percent_ceiling: Option<Percent>,
}

impl Default for LateFee {
    fn default() -> LateFee {
        LateFee {
            days: 30,
            minimum: Money::from_cents(1000),
            percent: Percent(rust_decimal::Decimal::TEN),
            percent_ceiling: None,
        }
    }
}

/// Whether a proposal posts by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Posts at once.
    Automatic,
    /// Waits for a decision.
    Decision,
}

/// `[approval]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Approval {
    /// Bill runs.
    pub bill_run: Mode,
    /// Late fees.
    pub late_fees: Mode,
    /// Refunds on closing.
    pub refunds: Mode,
    /// Adjustments below the limit.
    pub adjustments: Mode,
    /// Held reads.
    pub read_audit: Mode,
    /// Back bills of stuck meters.
    pub back_bills: Mode,
    /// Deposit refunds.
    pub deposit_refunds: Mode,
    /// Lock-offs.
    pub lock_offs: Mode,
    /// Letters.
    pub letters: Mode,
    /// Changes of many accounts, or of bank data.
    pub accounts: Mode,
    /// The initials of who prepares the proposals.
    pub prepared_by: String,
    /// Whether who prepared a proposal may approve it.
    pub preparer_may_approve: bool,
}

impl Default for Approval {
    fn default() -> Approval {
        Approval {
            bill_run: Mode::Automatic,
            late_fees: Mode::Automatic,
            refunds: Mode::Automatic,
            adjustments: Mode::Automatic,
            read_audit: Mode::Decision,
            back_bills: Mode::Decision,
            deposit_refunds: Mode::Decision,
            lock_offs: Mode::Decision,
            letters: Mode::Decision,
            accounts: Mode::Automatic,
            prepared_by: String::new(),
            preparer_may_approve: true,
        }
    }
}

impl Approval {
    /// The initials that may not approve what they prepared; `None` where anybody may.
    pub fn forbidden_approver(&self) -> Option<&str> {
        let preparer = self.prepared_by.trim();
        (!self.preparer_may_approve && !preparer.is_empty()).then_some(preparer)
    }

    /// Everybody who may not approve what the program proposed and these prepared: nobody where anybody may.
    pub fn forbidden_approvers(&self, prepared_by: impl IntoIterator<Item = String>) -> Vec<String> {
        if self.preparer_may_approve {
            return vec![];
        }
        let all = prepared_by.into_iter().chain([self.prepared_by.clone()]);
        all.filter(|initials| !initials.trim().is_empty()).collect()
    }
}

/// `[gl]`: the accounts of the general ledger (all illustrative: none is published).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GeneralLedger {
    /// What customers owe.
    pub receivable: String,
    /// Money received.
    pub cash: String,
    /// Money received by a method that has an account of its own.
    pub cash_by_method: BTreeMap<String, String>,
    /// Money received for nobody known.
    pub unapplied_cash: String,
    /// Deposits held for customers.
    pub deposits: String,
    /// Refunds to be paid out.
    pub refunds_payable: String,
    /// The other side of what was owed when the books were opened.
    pub opening_balances: String,
    /// Adjustments whose reason names no account.
    pub adjustments: String,
    /// Credits too small to be given back.
    pub write_offs: String,
    /// Credits on their way from one account to another; nothing stays here.
    pub transfers: String,
    /// Revenue by kind of line.
    pub revenue: Revenue,
}

impl Default for GeneralLedger {
    fn default() -> GeneralLedger {
        GeneralLedger {
            receivable: "1200".to_owned(),
            cash: "1010".to_owned(),
            cash_by_method: BTreeMap::new(),
            unapplied_cash: "2150".to_owned(),
            deposits: "2200".to_owned(),
            refunds_payable: "2210".to_owned(),
            opening_balances: "3900".to_owned(),
            adjustments: "4290".to_owned(),
            write_offs: "4295".to_owned(),
            transfers: "2195".to_owned(),
            revenue: Revenue::default(),
        }
    }
}

impl GeneralLedger {
    /// The account for money received by a method.
    pub fn cash_of(&self, method: &str) -> &str {
        self.cash_by_method.get(method).unwrap_or(&self.cash)
    }

    /// What an account holds, in words; nothing for one that the settings do not name.
    pub fn holds(&self, account: &str) -> String {
        let revenue = &self.revenue;
        let named = [
            (&self.receivable, "what customers owe"),
            (&self.cash, "cash"),
            (&self.unapplied_cash, "unapplied cash"),
            (&self.deposits, "deposits held"),
            (&self.refunds_payable, "refunds to be paid"),
            (&self.opening_balances, "opening balances"),
            (&self.adjustments, "adjustments"),
            (&self.write_offs, "small balances written off"),
            (&self.transfers, "credits in transfer"),
            (&revenue.fixed, "fixed charges"),
            (&revenue.water, "water"),
            (&revenue.wastewater, "wastewater"),
            (&revenue.surcharge, "surcharges"),
            (&revenue.fee, "fees"),
        ];
        let named = named.into_iter().map(|(name, words)| (name, words.to_owned()));
        let cash = self.cash_by_method.iter().map(|(method, name)| (name, format!("cash ({method})")));
        let words: Vec<String> =
            named.chain(cash).filter(|(name, _)| *name == account).map(|(_, words)| words).collect();
        words.join(", ")
    }

    /// The control accounts (what customers owe, deposits, unapplied cash) must be used for nothing else, or they
    /// could not be compared with the customers' balances.
    ///
    /// # Errors
    /// Names the account that is used twice.
    pub fn check(&self) -> Result<(), OfficeFault> {
        let others = [&self.cash, &self.refunds_payable, &self.opening_balances, &self.adjustments]
            .into_iter()
            .chain([&self.write_offs, &self.transfers])
            .chain([&self.revenue.fixed, &self.revenue.water, &self.revenue.wastewater])
            .chain([&self.revenue.surcharge, &self.revenue.fee])
            .chain(self.cash_by_method.values());
        let mut used: BTreeSet<&str> = others.map(String::as_str).collect();
        for (key, account) in [
            ("receivable", &self.receivable),
            ("deposits", &self.deposits),
            ("unapplied_cash", &self.unapplied_cash),
        ] {
            if !used.insert(account) {
                return Err(OfficeFault(format!(
                    "[gl] {key} = \"{account}\" is used for something else too. Give it an account of its own: it is \
                     compared with the customers' balances."
                )));
            }
        }
        Ok(())
    }
}

/// `[gl.revenue]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Revenue {
    /// Fixed charges.
    pub fixed: String,
    /// Water, of any rate form.
    pub water: String,
    /// Wastewater.
    pub wastewater: String,
    /// Surcharges.
    pub surcharge: String,
    /// Fees, late fees too.
    pub fee: String,
}

impl Default for Revenue {
    fn default() -> Revenue {
        Revenue {
            fixed: "4100".to_owned(),
            water: "4110".to_owned(),
            wastewater: "4200".to_owned(),
            surcharge: "4120".to_owned(),
            fee: "4300".to_owned(),
        }
    }
}
