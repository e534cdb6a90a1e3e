//! LRU: the page that was not used for the longest time goes.

use super::EvictionPolicy;

const NONE: usize = usize::MAX;

/// The least-recently-used policy: frames in a doubly linked list, most recent first.
#[derive(Debug)]
pub struct Lru {
    links: Vec<Link>,
    newest: usize,
    oldest: usize,
}

#[derive(Debug, Clone, Copy)]
struct Link {
    newer: usize,
    older: usize,
}

impl Default for Lru {
    fn default() -> Self {
        Self {
            links: Vec::new(),
            newest: NONE,
            oldest: NONE,
        }
    }
}

impl Lru {
    fn unlink(&mut self, frame: usize) {
        let Link { newer, older } = self.links[frame];
        match newer {
            NONE => self.newest = older,
            newer => self.links[newer].older = older,
        }
        match older {
            NONE => self.oldest = newer,
            older => self.links[older].newer = newer,
        }
    }
}

impl EvictionPolicy for Lru {
    fn name(&self) -> &'static str {
        "lru"
    }

    fn loaded(&mut self, frame: usize) {
        if frame >= self.links.len() {
            let empty = Link {
                newer: NONE,
                older: NONE,
            };
            self.links.resize(frame + 1, empty);
        }
        self.links[frame] = Link {
            newer: NONE,
            older: self.newest,
        };
        match self.newest {
            NONE => self.oldest = frame,
            newest => self.links[newest].newer = frame,
        }
        self.newest = frame;
    }

    fn touched(&mut self, frame: usize) {
        if self.newest != frame {
            self.unlink(frame);
            self.loaded(frame);
        }
    }

    fn removed(&mut self, frame: usize) {
        self.unlink(frame);
    }

    fn victim(&mut self, evictable: &dyn Fn(usize) -> bool) -> Option<usize> {
        let mut frame = self.oldest;
        while frame != NONE && !evictable(frame) {
            frame = self.links[frame].newer;
        }
        (frame != NONE).then_some(frame)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_frame_that_may_go_goes() {
        let mut lru = Lru::default();
        assert_eq!(lru.victim(&|_| true), None);
        (0..4).for_each(|frame| lru.loaded(frame));
        lru.touched(0);
        assert_eq!(lru.victim(&|_| true), Some(1));
        assert_eq!(lru.victim(&|frame| frame != 1), Some(2));
        lru.removed(1);
        lru.touched(3);
        lru.touched(3);
        let mut order = Vec::new();
        while let Some(frame) = lru.victim(&|_| true) {
            lru.removed(frame);
            order.push(frame);
        }
        assert_eq!(order, [2, 0, 3]);
    }
}
