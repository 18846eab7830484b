//! Guest lists as long as a story wants them.

use super::sample;
use std::fmt::Write as _;

/// Parties of four with invented names and numbers, at the sample meeting's tables and with its salespeople.
pub fn list_of_parties(parties: usize) -> String {
    let mut list = String::from("firm,name,title,role,decides,phone,salesperson,region,language\n");
    let looked_after = looked_after();
    for party in 0..parties {
        let (salesperson, region) = &looked_after[party % looked_after.len()];
        for person in 0..4 {
            let owner = person == 0;
            let (role, decides) = if owner { ("owner", "yes") } else { ("staff", "no") };
            let phone = format!("139{:08}", party * 4 + person);
            writeln!(
                list,
                "青禾第{party}家电,王海棠{party}{person},王总,{role},{decides},{phone},{salesperson},{region},zh"
            )
            .expect("a text takes lines");
        }
    }
    list
}

/// Salespeople and their regions, as the sample has them.
fn looked_after() -> Vec<(String, String)> {
    let sample = std::fs::read_to_string(sample("guests.csv")).expect("the sample");
    let mut reader = csv::Reader::from_reader(sample.trim_start_matches('\u{feff}').as_bytes());
    let headers = reader.headers().expect("a head line").clone();
    let at = |name: &str| headers.iter().position(|header| header == name).expect("the column is there");
    let (salesperson, region) = (at("业务员"), at("区域"));
    let of = |record: Result<csv::StringRecord, csv::Error>| {
        let record = record.ok()?;
        (!record[salesperson].is_empty()).then(|| (record[salesperson].to_string(), record[region].to_string()))
    };
    reader.records().filter_map(of).collect()
}
