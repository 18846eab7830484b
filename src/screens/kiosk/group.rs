//! A coach arrives: the salesperson's code and PIN open the list of own dealers, one confirmation prints the batch.

use super::state::{State, Then};
use super::{Action, Kiosk, Touch, Venue, look};
use domain::event::{Crew, SignInPurpose};
use domain::{Actor, Command, SalespersonId};

impl Kiosk {
    /// The PIN was right.
    pub(super) fn open_group(&mut self, salesperson: SalespersonId, venue: &Venue) -> Vec<Action> {
        let people = look::people_of(venue.meeting, &salesperson);
        let people = people.into_iter().map(|guest| (guest, venue.meeting.is_present(guest))).collect();
        let who = Crew::Sales(salesperson.clone());
        let actor = Kiosk::actor(&who);
        let list = Then::Enter(Box::new(State::GroupList { salesperson, people }));
        self.act(Command::SignIn { who, purpose: SignInPurpose::Group }, actor, list)
    }

    pub(super) fn touch_group(&mut self, touch: Touch, venue: &Venue) -> Vec<Action> {
        let State::GroupList { salesperson, people } = &mut self.state else { return Vec::new() };
        let open = |guest| !venue.meeting.is_present(guest);
        match touch {
            Touch::Group(index) => {
                if let Some((guest, here)) = people.get_mut(index)
                    && open(*guest)
                {
                    *here = !*here;
                }
                Vec::new()
            }
            Touch::GroupAll(all) => {
                for (guest, here) in people.iter_mut() {
                    if open(*guest) {
                        *here = all;
                    }
                }
                Vec::new()
            }
            Touch::GroupConfirmed => {
                let present: Vec<_> =
                    people.iter().filter(|(guest, here)| *here && open(*guest)).map(|(guest, _)| *guest).collect();
                if present.is_empty() {
                    return Vec::new();
                }
                let salesperson = salesperson.clone();
                let actor = Actor::Salesperson { id: salesperson.clone() };
                let command = Command::CheckInGroup {
                    salesperson: salesperson.clone(),
                    present,
                    unlisted: Vec::new(),
                    printer: None,
                };
                self.act(command, actor, Then::Group { salesperson })
            }
            _ => Vec::new(),
        }
    }
}
