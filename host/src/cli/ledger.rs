//! `baton ledger`: who has how much, and what was paid.

use std::process::ExitCode;

use anyhow::bail;
use baton::{
    handoff::LedgerFilter,
    id::{ConversationId, PaymentKey, UserId},
    payment::{Currency, Money, Movement, shown},
};
use clap::{Args, Subcommand};

use super::{
    Global,
    input::id,
    open::open_quietly,
    output::{Output, table},
    text::{count, moment, one_line},
};

/// What can be done with the ledger.
#[derive(Subcommand)]
pub enum Command {
    /// Show what is in the accounts
    Balance(Balance),
    /// Give a user money to spend
    Credit(Credit),
    /// Show what was set aside, paid and given back, oldest first
    Entries(Entries),
    /// Look for whatever is not as it must be: sums, leftovers, doubles
    Check(Check),
}

/// Shows balances.
#[derive(Args)]
#[command(after_help = "\
Examples:
  baton ledger balance
  baton ledger balance --user c-1001 --currency USD")]
pub struct Balance {
    /// Only this user's wallet
    #[arg(long, value_name = "ID", value_parser = id::<UserId>)]
    user: Option<UserId>,
    /// Only this currency
    #[arg(long, value_name = "CODE")]
    currency: Option<Currency>,
}

/// Gives money.
#[derive(Args)]
#[command(after_help = "\
Example:
  baton ledger credit c-1001 \"5 USD\" --key invoice-4321")]
pub struct Credit {
    /// Whom
    #[arg(value_name = "USER", value_parser = id::<UserId>)]
    user: UserId,
    /// How much, such as \"5 USD\"
    #[arg(value_name = "AMOUNT", allow_hyphen_values = true)]
    amount: Money,
    /// What you call this credit: done again with the same key, it is done once
    #[arg(long, value_name = "KEY", value_parser = id::<PaymentKey>)]
    key: Option<PaymentKey>,
    /// What it is for
    #[arg(
        long = "for",
        value_name = "TEXT",
        default_value = "credit by the operator"
    )]
    description: String,
}

/// Shows movements.
#[derive(Args)]
#[command(after_help = "\
Examples:
  baton ledger entries --user c-1001
  baton ledger entries --conversation 01J9ZQ3K4XWB6T0V5N2M8R7D1C --json")]
pub struct Entries {
    /// Only this user's
    #[arg(long, value_name = "ID", value_parser = id::<UserId>)]
    user: Option<UserId>,
    /// Only in this currency
    #[arg(long, value_name = "CODE")]
    currency: Option<Currency>,
    /// Only of this conversation
    #[arg(long, value_name = "ID", value_parser = id::<ConversationId>)]
    conversation: Option<ConversationId>,
}

/// Checks the books.
#[derive(Args)]
#[command(after_help = "\
Every movement takes from one account what it gives to another, every balance
is the sum of its entries, nobody but the issuer is below zero, nothing stays
set aside when its turn has ended, and nothing is paid twice.

Example:
  baton ledger check")]
pub struct Check {}

impl Command {
    /// Does it.
    pub async fn run(self, global: &Global, output: &mut Output) -> anyhow::Result<ExitCode> {
        let opened = open_quietly(global).await?;
        let store = opened.desk.store();
        match self {
            Self::Balance(Balance { user, currency }) => {
                let filter = LedgerFilter {
                    user,
                    currency,
                    conversation: None,
                };
                let balances = store.balances(&filter).await?;
                if output.is_json() {
                    output.value(&balances)?;
                } else if balances.is_empty() {
                    output.line("No money has moved yet.")?;
                } else {
                    let rows = balances.iter().map(|balance| {
                        [
                            one_line(&balance.account.to_string()),
                            shown(balance.millionths, balance.currency),
                        ]
                    });
                    output.line(&table(output.table_width(), ["ACCOUNT", "BALANCE"], rows))?;
                }
            }
            Self::Credit(Credit {
                user,
                amount,
                key,
                description,
            }) => {
                let movement = opened.desk.credit(user, amount, key, description).await?;
                if output.is_json() {
                    output.value(&movement)?;
                } else {
                    output.line(&format!("{} has {} more.", movement.to, movement.amount))?;
                }
            }
            Self::Entries(Entries {
                user,
                currency,
                conversation,
            }) => {
                let filter = LedgerFilter {
                    user,
                    currency,
                    conversation,
                };
                show_entries(&store.movements(&filter).await?, output)?;
            }
            Self::Check(Check {}) => {
                let audit = store.audit().await?;
                if output.is_json() {
                    output.value(&audit)?;
                } else if audit.faults.is_empty() {
                    output.line(&format!(
                        "The books are right: {}, {}.",
                        count(audit.movements, "movement"),
                        count(audit.reservations, "reservation")
                    ))?;
                } else {
                    for fault in &audit.faults {
                        output.line(&one_line(fault))?;
                    }
                }
                if !audit.faults.is_empty() {
                    bail!(
                        "the books are wrong: {}",
                        count(audit.faults.len(), "fault")
                    );
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn show_entries(movements: &[Movement], output: &mut Output) -> anyhow::Result<()> {
    if output.is_json() {
        output.value(&movements)?;
    } else if movements.is_empty() {
        output.line("No money has moved.")?;
    } else {
        let heading = ["TIME", "KIND", "AMOUNT", "FROM", "TO", "FOR"];
        let rows = movements.iter().map(|movement| {
            [
                moment(movement.time),
                movement.kind.as_str().to_owned(),
                movement.amount.to_string(),
                one_line(&movement.from.to_string()),
                one_line(&movement.to.to_string()),
                one_line(&movement.description),
            ]
        });
        output.line(&table(output.table_width(), heading, rows))?;
    }
    Ok(())
}
