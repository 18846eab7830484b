//! Nothing of its own: the tests beside this file are what it is for.
