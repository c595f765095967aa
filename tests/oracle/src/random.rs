//! Numbers that look random and are the same on every machine.

/// Marsaglia's xorshift.
#[derive(Clone)]
pub struct Random(u64);

impl Random {
    /// A generator; each seed has its own sequence.
    pub fn new(seed: u64) -> Random {
        let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        // Small seeds give small numbers at first.
        for _ in 0..8 {
            random.next();
        }
        random
    }

    fn next(&mut self) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as usize
    }

    /// A number from zero to below `limit`; zero if there is none.
    pub fn below(&mut self, limit: usize) -> usize {
        self.next() % limit.max(1)
    }

    /// Heads or tails.
    pub fn coin(&mut self) -> bool {
        self.below(2) == 0
    }

    /// One of `items`, which must not be empty.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}

/// For those who take their dice along.
impl rand::RngCore for Random {
    fn next_u32(&mut self) -> u32 {
        self.next() as u32
    }

    fn next_u64(&mut self) -> u64 {
        (self.next() as u64) << 32 ^ self.next() as u64
    }

    fn fill_bytes(&mut self, out: &mut [u8]) {
        out.fill_with(|| self.next() as u8);
    }
}

/// A hash that stays the same from one release of the compiler to the next (FNV-1a).
pub fn hash(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
