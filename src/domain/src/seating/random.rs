//! The search's own random numbers: SplitMix64 of Steele, Lea and Flood, "Fast splittable pseudorandom number
//! generators", OOPSLA 2014, figure 17 with the constants of its variant 13. Not for secrets.

/// A stream of random numbers; the same seed gives the same stream on every machine.
#[derive(Clone, Debug)]
pub(super) struct Random {
    state: u64,
}

impl Random {
    /// Stream `number` of a seed; streams of one seed begin 2^64 / golden ratio apart and mixed, so that they do not meet.
    pub fn stream(seed: u64, number: u64) -> Random {
        let mut mother = Random { state: seed };
        let mut state = mother.next();
        for _ in 0..number {
            state = mother.next();
        }
        Random { state }
    }

    /// A stream of its own.
    pub fn split(&mut self) -> Random {
        Random { state: self.next() }
    }

    /// The next 64 bits.
    #[inline]
    pub fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn seed_of_the_reference_gives_its_numbers() {
        // The first outputs of the authors' splitmix64.c for state 1234567.
        let mut random = Random { state: 1_234_567 };
        let known = [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423];
        assert_eq!(known, [random.next(), random.next(), random.next()]);
    }

    #[test]
    fn streams_of_one_seed_differ() {
        let firsts: Vec<u64> = (0..4).map(|number| Random::stream(1, number).next()).collect();
        assert!((1..4).all(|at| !firsts[..at].contains(&firsts[at])));
    }
}
