//! Answers what changed of accounts, and which changes wait for a decision.

use rusqlite::{Transaction, params};

use super::append::Step;
use super::codec::{Fields, from_json, from_text, to_json};
use super::facts::text;
use super::{Ledger, Result};
use crate::domain::books::account_change::{
    AccountChange, ProposedAccount, RecordedChange, RecordedProposal, WhyWaiting,
};
use crate::domain::books::control::Span;
use crate::domain::date::Date;
use crate::domain::id::{AccountId, Sequence};

/// The proposals; a later row for the account takes a proposal's place, unless it is that of its closing.
const PROPOSALS: &str = "WITH later AS (SELECT account, max(sequence) AS sequence FROM account \
                         WHERE (sequence, account) NOT IN (SELECT sequence, account FROM closing) GROUP BY account), \
                         newest AS (SELECT account, max(id) AS id FROM account_proposal GROUP BY account) \
                         SELECT receipt.sequence, day, name, why, proposed, differences, \
                         coalesce(later.sequence, 0) > receipt.sequence OR newest.id > account_proposal.id \
                         FROM account_proposal JOIN receipt USING (sequence) JOIN newest USING (account) \
                         LEFT JOIN later USING (account)";

impl Ledger {
    /// What changed of accounts in a span, in the order of the facts; those that opened the books left out.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn account_changes(&self, span: Span) -> Result<Vec<RecordedChange>> {
        let sql = "SELECT sequence, day, name, account, differences FROM account_change JOIN receipt USING (sequence) \
                   WHERE day BETWEEN ? AND ? ORDER BY sequence, account, id";
        self.collect(sql, [text(span.from), text(span.to)], |row| {
            Ok(RecordedChange {
                sequence: Sequence(row.next()?),
                day: row.parsed(from_text)?,
                file: row.next()?,
                change: AccountChange {
                    account: row.id(AccountId::new)?,
                    differences: row.parsed(from_json)?,
                },
            })
        })
    }

    /// The changes of accounts that were proposed on or before a day, in the order of the files.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn account_proposals(&self, as_of: Date) -> Result<Vec<RecordedProposal>> {
        // Most offices never have one, and looking for later rows goes through all accounts.
        if self.collect("SELECT 1 FROM account_proposal LIMIT 1", [], |row| row.next::<u32>())?.is_empty() {
            return Ok(vec![]);
        }
        let sql = format!("{PROPOSALS} WHERE day <= ? ORDER BY account_proposal.id");
        self.collect(&sql, [text(as_of)], proposal)
    }

    /// How many accounts came to the books in a span, those left out that opened them; and how many columns of accounts are
    /// on record as changed in it.
    ///
    /// # Errors
    /// Where SQLite refuses.
    pub fn account_counts(&self, span: Span) -> Result<(u32, u32)> {
        let sql = "SELECT (SELECT count(*) FROM (SELECT min(sequence) AS sequence FROM account GROUP BY account) \
                   JOIN receipt USING (sequence) WHERE day BETWEEN ?1 AND ?2 \
                   AND sequence > (SELECT min(sequence) FROM main.account)), \
                   (SELECT coalesce(sum(json_array_length(differences)), 0) FROM account_change \
                   JOIN receipt USING (sequence) WHERE day BETWEEN ?1 AND ?2)";
        let found =
            self.collect(sql, [text(span.from), text(span.to)], |row| Ok((row.next()?, row.next()?)))?;
        Ok(found.into_iter().next().expect("a count has one row"))
    }

    /// Whether no accounts sheet ever came.
    ///
    /// # Errors
    /// Where SQLite refuses.
    pub(super) fn never_had_accounts(&self) -> Result<bool> {
        Ok(self.collect("SELECT 1 FROM main.account LIMIT 1", [], |row| row.next::<u32>())?.is_empty())
    }
}

fn proposal(row: &mut Fields<'_>) -> rusqlite::Result<RecordedProposal> {
    let (sequence, day, file) = (Sequence(row.next()?), row.parsed(from_text)?, row.next()?);
    let why = row.parsed(|word| WhyWaiting::ALL.into_iter().find(|why| why.word() == word))?;
    let (account, differences) = (row.parsed(from_json)?, row.parsed(from_json)?);
    let proposed = ProposedAccount { account, why, differences };
    Ok(RecordedProposal { sequence, day, file, proposed, is_replaced: row.next()? })
}

/// Writes what changed of accounts, and what would change.
pub(super) fn insert_account_changes(
    transaction: &Transaction<'_>,
    sequence: u32,
    changes: &[AccountChange],
    proposals: &[ProposedAccount],
) -> Step {
    for change in changes {
        let sql = "INSERT INTO main.account_change (sequence, account, differences) VALUES (?, ?, ?)";
        let values = params![sequence, change.account.as_str(), to_json(&change.differences)];
        transaction.prepare_cached(sql)?.execute(values)?;
    }
    for proposed in proposals {
        let sql = "INSERT INTO main.account_proposal (sequence, account, why, proposed, differences) VALUES (?, ?, ?, ?, ?)";
        transaction.prepare_cached(sql)?.execute(params![
            sequence,
            proposed.account.id.as_str(),
            proposed.why.word(),
            to_json(&proposed.account),
            to_json(&proposed.differences),
        ])?;
    }
    Ok(())
}
