//! An invented tax roll for its workbook.

use meterbook::domain::books::account::{MeterSize, Sewer, Status};
use meterbook::domain::date::Month;
use meterbook::domain::id::{AccountId, BillNumber};
use meterbook::domain::money::Money;
use meterbook::domain::office::{SewerBasis, TaxRollPolicy, WastewaterPrices};
use meterbook::domain::proposals::tax_roll::{
    BilledRow, Counted, FiscalYear, LeftOut, Parcel, Remark, RollRow, Rolled, Switch, TaxRoll, WhyLeftOut,
};
use rust_decimal::Decimal;

use super::books;
use super::office::date;

const CUSTOMERS: [&str; 3] = ["Ella Sorrel", "=1+1", "Otto N\u{fa}\u{f1}ez"];

/// The roll of 2026-27 on a day, with so many accounts on each list.
pub(crate) fn tax_roll(many: usize, day: &str) -> TaxRoll {
    let is_preview = date(day) <= FiscalYear(2026).cut_off();
    TaxRoll {
        office: "Joshua Flats Water District".to_owned(),
        year: FiscalYear(2026),
        day: date(day),
        run_id: "tax roll 2026-27 receipt 000231".to_owned(),
        chain_head: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
        prices: (many > 0).then(prices),
        later_prices: (many > 5).then(|| date("2027-01-01")),
        policy: TaxRollPolicy {
            charge_code: if many > 5 { "SW01".to_owned() } else { String::new() },
            parcel: "0".repeat(13),
            instalments: if many > 5 { 2 } else { 1 },
        },
        rolled: Rolled {
            rows: (0..many).map(roll_row).collect(),
            billed: (0..many).map(|at| billed(at, is_preview)).collect(),
            left_out: (0..many.min(4)).map(left_out).collect(),
        },
    }
}

fn prices() -> WastewaterPrices {
    WastewaterPrices {
        effective: date("2022-07-01"),
        single_family: Money::from_cents(4_675),
        multi_family_unit: Money::from_cents(3_503),
        mobile_home_unit: Money::from_cents(2_803),
    }
}

/// Homes, flats and trailers; every fourth by EDU, some of which end in half a cent.
fn counted(at: usize) -> (&'static str, Counted) {
    let of = prices();
    let units = Decimal::from(at % 7 + 2);
    let (class, basis, quantity, price) = match at % 4 {
        0 => ("residential", SewerBasis::SingleFamily, Decimal::ONE, of.single_family),
        1 => ("multi-residential", SewerBasis::MultiFamily, units, of.multi_family_unit),
        2 => ("mobile-home", SewerBasis::MobileHome, units, of.mobile_home_unit),
        // 0.125 x 46.75 x 12 is 70.125.
        _ => ("commercial", SewerBasis::Edu, Decimal::new(125 + 250 * (at as i64), 3), of.single_family),
    };
    (class, Counted { basis, quantity, price })
}

fn roll_row(at: usize) -> RollRow {
    let (class, counted) = counted(at);
    let parcel = match at {
        3 => Parcel::Missing,
        5 => Parcel::Malformed("601-12".to_owned()),
        // The first two are neighbours on one parcel.
        _ => Parcel::Known(format!("0601{:05}0000", 12_345 + at.max(1))),
    };
    let remarks = match at {
        2 => vec![Remark::Inactive],
        4 => vec![Remark::NewConnection],
        _ if class == "commercial" => vec![Remark::NotResidential],
        _ => vec![],
    };
    RollRow {
        account: books::account(at),
        owner: CUSTOMERS[at % 3].to_owned(),
        service_address: format!("{} Maple Ave", 7_800 + at),
        class: class.to_owned(),
        parcel,
        counted,
        remarks,
    }
}

fn billed(at: usize, is_preview: bool) -> BilledRow {
    let (june, july): (Month, Month) = ("2026-06".parse().unwrap(), "2026-07".parse().unwrap());
    let account = AccountId::new(format!("{:07}", 200_500 + at));
    let (switch, month) = match at % 4 {
        _ if is_preview => (Switch::Comes, Some(june)),
        0 => (Switch::Now, Some(june)),
        1 => (Switch::NowBilledBeyond(july), Some(july)),
        2 => (Switch::Waits, None),
        _ => (Switch::Stays, Some(july)),
    };
    let (class, counted) = counted(if at % 4 == 3 { 0 } else { at });
    BilledRow {
        customer: CUSTOMERS[at % 3].to_owned(),
        service_address: format!("{} Sage Dr", 100 + at),
        class: class.to_owned(),
        meter_size: MeterSize::parse(["5/8", "1 1/2"][at % 2]).unwrap(),
        opened: (!at.is_multiple_of(5)).then(|| date("2026-02-09")),
        last_bill: month.map(|month| (BillNumber::new(format!("{}-{account}", month.compact())), month)),
        account,
        switch,
        counted,
    }
}

fn left_out(at: usize) -> LeftOut {
    use WhyLeftOut::{Closed, NoBasis, NoEdu, NoPrice};
    LeftOut {
        account: AccountId::new(format!("{:07}", 300_900 + at)),
        customer: CUSTOMERS[at % 3].to_owned(),
        service_address: format!("{} Yucca Trl", 40 + at),
        class: ["residential", "irrigation", "commercial", "residential"][at].to_owned(),
        status: if at == 0 { Status::Closed } else { Status::Active },
        sewer: if at == 3 { Sewer::Billed } else { Sewer::TaxRoll },
        why: [Closed, NoBasis, NoEdu, NoPrice][at],
    }
}
