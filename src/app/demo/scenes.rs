//! A picture of every screen, each brought about as a guest or a member of staff would.

use super::Venue;
use super::crowd::{Crowd, badges_out, by_phone, tick_all, visit};
use super::guests::Invited;
use super::station::Station;
use anyhow::{Context, Result};
use std::path::Path;

/// Takes a picture under a name.
type Shot<'a> = dyn Fn(&Station, &str) -> Result<()> + 'a;

const GARBAGE: &str = "HELLO, THIS IS NO CODE OF OURS";

/// Plays them at one kiosk, in the order in which they are easiest to reach.
pub fn play(kiosk: &mut Station, crowd: &mut Crowd, venue: &Venue, out: &Path) -> Result<()> {
    let folder = out.join("screens");
    std::fs::create_dir_all(&folder)?;
    let shot = |kiosk: &Station, name: &str| kiosk.picture(&folder.join(format!("{name}.png")));

    for language in ["zh", "ko", "en"] {
        kiosk.tap(language)?;
        shot(kiosk, &format!("01-attract-{language}"))?;
    }
    kiosk.tap("leave")?;
    refused_codes(kiosk, crowd, venue, &shot)?;
    phone_path(kiosk, crowd, &shot)?;
    whole_visit(kiosk, crowd, &shot)?;
    help(kiosk, &shot)?;
    group(kiosk, crowd, venue, &shot)?;
    staff(kiosk, venue, &shot)?;
    out_of_paper(kiosk, &shot)
}

fn refused_codes(kiosk: &mut Station, crowd: &mut Crowd, venue: &Venue, shot: &Shot) -> Result<()> {
    let whole = crowd.take(|party| party.len() == 1).context("somebody comes alone")?;
    let cut = whole[0].code[..80].to_string();
    let codes = [
        ("forged", venue.guests.forged.clone()),
        ("foreign", venue.guests.foreign.clone()),
        ("expired", venue.guests.expired.clone()),
        ("cut_off", cut),
        ("garbage", GARBAGE.to_string()),
        ("badge_unknown", "0123456789".to_string()),
        ("slip", "USLD2-0042".to_string()),
    ];
    for (problem, code) in codes {
        kiosk.scan(&code)?;
        kiosk.wait_for_state(problem, |state| state["page"] == "refused" && state["problem"] == problem)?;
        shot(kiosk, &format!("02-refused-{problem}"))?;
    }
    kiosk.tap("leave")?;
    visit(kiosk, &whole, false)
}

fn phone_path(kiosk: &mut Station, crowd: &mut Crowd, shot: &Shot) -> Result<()> {
    kiosk.wait_for_any(&["done", "attract"])?;
    kiosk.tap("leave")?;
    kiosk.tap("phone_path")?;
    shot(kiosk, "03-phone-entry")?;
    for _ in 0..11 {
        kiosk.tap_number("digit", 1)?;
    }
    kiosk.tap("phone_confirmed")?;
    kiosk.wait_for_page("phone_not_found")?;
    shot(kiosk, "04-phone-not-found")?;
    kiosk.tap("leave")?;
    let party = crowd.take(|party| party[0].phone.is_some() && party.len() == 2).context("a couple with a phone")?;
    let phone = party[0].phone.clone().context("the couple has a phone")?;
    by_phone(kiosk, &phone, party.len())?;
    tick_all(kiosk, party.len())?;
    badges_out(kiosk)
}

/// From the scan to the badge, with a new number on the way; then the same guest comes back.
fn whole_visit(kiosk: &mut Station, crowd: &mut Crowd, shot: &Shot) -> Result<()> {
    let party = scan_until_asked(kiosk, crowd)?;
    shot(kiosk, "05-phone-check")?;
    kiosk.tap("changed")?;
    shot(kiosk, "06-new-phone")?;
    for again in [false, true] {
        for figure in [1, 3, 0, 0, 0, 0, 0, 7, 7, 7, 7] {
            kiosk.tap_number("digit", figure)?;
        }
        if again {
            shot(kiosk, "07-new-phone-again")?;
        }
        kiosk.tap("phone_confirmed")?;
    }
    kiosk.wait_for_page("household")?;
    // One of the party comes later.
    kiosk.tap_number("person", 1)?;
    shot(kiosk, "08-household")?;
    kiosk.tap("household_confirmed")?;
    kiosk.wait_for_page("done")?;
    shot(kiosk, "09-done-printing")?;
    badges_out(kiosk)?;
    kiosk.wait_for_any(&["done", "attract"])?;
    let late = party.last().context("three people")?;
    kiosk.scan(&late.code)?;
    let state = kiosk.wait_for_any(&["phone_check", "household"])?;
    if state["page"] == "phone_check" {
        kiosk.tap("still_mine")?;
    }
    shot(kiosk, "10-household-later")?;
    tick_all(kiosk, party.len())?;
    badges_out(kiosk)?;
    shot(kiosk, "11-done-take-it")?;
    kiosk.tap("leave")?;
    kiosk.scan(&party[1].code)?;
    kiosk.wait_for_page("already")?;
    shot(kiosk, "12-already")?;
    kiosk.tap("leave")
}

/// A party of three whose first guest is asked for the number; guests of honour are not, they just go in.
fn scan_until_asked(kiosk: &mut Station, crowd: &mut Crowd) -> Result<Vec<Invited>> {
    loop {
        let party = crowd.take(|party| party.len() >= 3).context("a party of three comes")?;
        kiosk.tap("leave")?;
        kiosk.scan(&party[0].code)?;
        let state = kiosk.wait_for_any(&["phone_check", "household"])?;
        if state["page"] == "phone_check" {
            return Ok(party);
        }
        tick_all(kiosk, party.len())?;
        badges_out(kiosk)?;
    }
}

fn help(kiosk: &Station, shot: &Shot) -> Result<()> {
    kiosk.tap("call_staff")?;
    kiosk.wait_for_page("help")?;
    shot(kiosk, "13-help")?;
    kiosk.tap("leave")
}

/// A coach: the salesperson's code and PIN, everybody ticked, one batch.
fn group(kiosk: &mut Station, crowd: &mut Crowd, venue: &Venue, shot: &Shot) -> Result<()> {
    let (id, pin) = &venue.guests.salesperson;
    kiosk.scan(&format!("USP{id}"))?;
    kiosk.wait_for_page("group_pin")?;
    shot(kiosk, "14-group-pin")?;
    type_pin(kiosk, pin)?;
    kiosk.wait_for_page("group_list")?;
    kiosk.tap_number("group_all", 1)?;
    shot(kiosk, "15-group-list")?;
    kiosk.tap("group_confirmed")?;
    kiosk.wait_for_page("group_progress")?;
    shot(kiosk, "16-group-progress")?;
    badges_out(kiosk)?;
    crowd.drop_where(|party| venue.guests.is_of_salesperson(&party[0]));
    kiosk.tap("leave")
}

fn staff(kiosk: &Station, venue: &Venue, shot: &Shot) -> Result<()> {
    kiosk.tap("staff_gesture")?;
    kiosk.wait_for_page("staff_pin")?;
    shot(kiosk, "17-staff-pin")?;
    type_pin(kiosk, &venue.guests.staff_pin)?;
    kiosk.wait_for_page("staff_menu")?;
    shot(kiosk, "18-staff-menu")?;
    kiosk.tap("leave")
}

/// The roll ends while nobody stands here; a hand puts a new one in.
fn out_of_paper(kiosk: &Station, shot: &Shot) -> Result<()> {
    kiosk.set_paper(false)?;
    kiosk.wait_for_state("out of paper", |state| state["page"] == "out_of_order" && state["code"] == "PA")?;
    shot(kiosk, "19-out-of-order")?;
    kiosk.set_paper(true)?;
    kiosk.wait_for_page("attract").map(drop)
}

fn type_pin(kiosk: &Station, pin: &str) -> Result<()> {
    for figure in pin.bytes() {
        kiosk.tap_number("pin_digit", i64::from(figure - b'0'))?;
    }
    Ok(())
}
