//! A seating plan made elsewhere: firm and table per row. It takes the place of the list's table column.

use std::collections::BTreeMap;

use domain::ids::TableId;

use super::columns::Column;
use super::fault::{Problem, RowFault};
use super::lookup::{Lookup, shown};
use super::row::Row;
use super::sheet::Sheet;
use super::text;

/// Puts the plan's tables into the rows of the list; faults name rows of the plan.
pub fn apply(plan: &Sheet, lookup: &Lookup, rows: &mut [Row]) -> Vec<RowFault> {
    let at = |column| plan.headers.iter().position(|header| Column::of(header) == Some(column));
    let (firm_at, id_at, name_at, table_at) =
        (at(Column::Firm), at(Column::DealerId), at(Column::Name), at(Column::Table));
    let mut faults = Vec::new();
    let mut tables: BTreeMap<String, TableId> = BTreeMap::new();
    let mut known: BTreeMap<String, ()> = BTreeMap::new();
    for row in rows.iter() {
        known.extend(keys_of(row).into_iter().map(|key| (key, ())));
    }
    for row in &plan.rows {
        let cell =
            |at: Option<usize>| at.and_then(|at| row.cells.get(at)).map(|cell| text::clean(cell)).unwrap_or_default();
        let mut fault =
            |column, problem| faults.push(RowFault { sheet: plan.name.clone(), row: row.number, column, problem });
        let (id, firm, name) = (cell(id_at), cell(firm_at), cell(name_at));
        let wanted = [key("id", &id), key("firm", &firm), key("name", &name)];
        let Some(found) = wanted.into_iter().flatten().find(|key| known.contains_key(key)) else {
            fault(Column::Firm, Problem::NoSuchFirm(shown(if firm.is_empty() { &id } else { &firm })));
            continue;
        };
        match lookup.table(&cell(table_at)) {
            Ok(table) => {
                tables.insert(found, table);
            }
            Err(problem) => fault(Column::Table, problem),
        }
    }
    for row in rows.iter_mut() {
        row.firm.table = keys_of(row).into_iter().find_map(|key| tables.get(&key).cloned());
    }
    faults
}

/// By what a plan may name the row: the firm's id, its name, and for guests without a firm their own name.
fn keys_of(row: &Row) -> Vec<String> {
    let id = row.firm.dealer_id.as_deref().and_then(|id| key("id", id));
    if row.guest.without_dealer() {
        return key("name", &row.guest.name).into_iter().collect();
    }
    id.into_iter().chain(key("firm", &row.firm.name)).collect()
}

fn key(kind: &str, written: &str) -> Option<String> {
    let key = text::key(written);
    (!key.is_empty()).then(|| format!("{kind}:{key}"))
}
