//! A small generator of chance that gives the same draws on every machine.

/// What a draw is about: draws about one thing never disturb those about another.
#[derive(Clone, Copy)]
pub(super) enum Topic {
    Person = 1,
    Premises,
    Meter,
    Habit,
    Month,
    Debt,
    Load,
    Payment,
}

/// A stream of draws (splitmix64).
pub(super) struct Chance(u64);

impl Chance {
    /// The stream about one topic of one account.
    pub(super) fn about(seed: u64, topic: Topic, index: u32) -> Chance {
        let mut chance = Chance(seed.rotate_left(32) ^ ((topic as u64) << 56) ^ u64::from(index));
        chance.draw();
        chance
    }

    fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: u32, high: u32) -> u32 {
        let span = u64::from(high - low) + 1;
        low + u32::try_from(self.draw() % span).expect("less than the span, which fits")
    }

    /// Whether the one case in `n` happens.
    pub(super) fn one_in(&mut self, n: u32) -> bool {
        self.between(1, n) == 1
    }

    /// One of several.
    pub(super) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        let last = u32::try_from(from.len() - 1).expect("our lists are short");
        from[self.between(0, last) as usize]
    }
}
