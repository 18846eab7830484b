//! Signed paper that comes back: what a scanned code means against what the log knows. Marks nothing; that is
//! `DeskCommand::ReturnCopy`.

use super::{Meeting, Slip, SlipStatus};
use crate::event::SlipCopy;
use crate::ids::SlipId;
use crate::slip_code::SlipCode;

/// What a scanned slip is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlipPaper {
    /// The signed slip.
    Signed {
        /// Which.
        slip: SlipId,
        /// Which part; none on carbonless forms: the person says it.
        copy: Option<SlipCopy>,
        /// This part came back before.
        returned: bool,
    },
    /// Of a slip that is signed no more: void, or another took its place. Its paper still belongs to the files.
    Closed {
        /// Which.
        slip: SlipId,
        /// Which part.
        copy: Option<SlipCopy>,
        /// This part came back before.
        returned: bool,
    },
    /// Another revision than the one that stands: paper that was printed before the last change.
    OtherRevision {
        /// Which.
        slip: SlipId,
        /// On the paper.
        printed: u32,
        /// What stands.
        stands: u32,
    },
    /// The right revision with other words: two desks changed it, or the paper is not ours.
    Altered {
        /// Which it says it is.
        slip: SlipId,
    },
    /// Its slip is not signed yet.
    NotSigned {
        /// Which.
        slip: SlipId,
    },
    /// No slip of this meeting, as far as this machine knows: it may not have come here yet.
    Unknown,
}

impl Meeting {
    /// The code of a part of this slip as it stands; of a signed one, what was signed.
    pub fn slip_code(&self, slip: &Slip, copy: Option<SlipCopy>) -> SlipCode {
        let version = slip.version();
        SlipCode::of(slip.id, version.revision, &version.content, copy)
    }

    /// What a slip's scanned paper is; none when the text is no code of a slip's paper.
    pub fn read_slip_paper(&self, text: &str) -> Option<SlipPaper> {
        let code = SlipCode::read(text)?;
        let Some(slip) = self.slip(code.slip) else { return Some(SlipPaper::Unknown) };
        let (id, copy, stands) = (slip.id, code.copy, slip.version().revision);
        let returned = copy.is_some_and(|copy| slip.returned().contains(&copy));
        Some(if code.revision != stands {
            SlipPaper::OtherRevision { slip: id, printed: code.revision, stands }
        } else if !code.says_the_same(&self.slip_code(slip, copy)) {
            SlipPaper::Altered { slip: id }
        } else if slip.signed().is_none() {
            SlipPaper::NotSigned { slip: id }
        } else if slip.status() == SlipStatus::Signed {
            SlipPaper::Signed { slip: id, copy, returned }
        } else {
            SlipPaper::Closed { slip: id, copy, returned }
        })
    }
}
