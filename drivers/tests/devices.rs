//! Devices end to end.
