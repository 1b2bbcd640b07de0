//! Makes independent pieces on several threads and hands them over in their order.
//!
//! What is made does not depend on the number of threads: pieces are the same however many make them.

use std::num::NonZero;
use std::sync::mpsc::sync_channel;
use std::thread;

/// Threads at most: beyond this the one that takes the pieces is what is waited for.
const MOST: usize = 8;
/// Pieces that a thread may have ready before they are taken, which bounds the memory.
const AHEAD: usize = 2;

/// Makes the pieces 0, 1, 2 ... and takes them in this order; each thread has a desk of its own, used again and again.
///
/// # Errors
/// What `take` fails with; then no further piece is taken.
pub(super) fn in_order<D, T: Send, E>(
    pieces: usize,
    desk: impl Fn() -> D + Sync,
    make: impl Fn(&mut D, usize) -> T + Sync,
    mut take: impl FnMut(T) -> Result<(), E>,
) -> Result<(), E> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(MOST).min(pieces);
    if threads < 2 {
        let mut desk = desk();
        return (0..pieces).try_for_each(|piece| take(make(&mut desk, piece)));
    }
    thread::scope(|scope| {
        let (desk, make) = (&desk, &make);
        let made: Vec<_> = (0..threads)
            .map(|thread| {
                let (hand_over, made) = sync_channel(AHEAD);
                scope.spawn(move || {
                    let mut desk = desk();
                    // Nobody takes them any more where taking has failed.
                    let _ = (thread..pieces)
                        .step_by(threads)
                        .try_for_each(|piece| hand_over.send(make(&mut desk, piece)));
                });
                made
            })
            .collect();
        (0..pieces).try_for_each(|piece| {
            take(made[piece % threads].recv().expect("a thread ends after its last piece"))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_taken_in_their_order() {
        for pieces in [0, 1, 2, 1_000] {
            let mut taken = Vec::new();
            let done: Result<(), ()> = in_order(
                pieces,
                || 0,
                |made, piece| {
                    *made += 1;
                    piece
                },
                |piece| {
                    taken.push(piece);
                    Ok(())
                },
            );
            assert_eq!((done, taken), (Ok(()), (0..pieces).collect()));
        }
    }

    #[test]
    fn the_first_failure_ends_it() {
        let mut taken = 0;
        let done = in_order(
            1_000,
            || (),
            |(), piece| piece,
            |piece| {
                taken += 1;
                if piece == 5 { Err(piece) } else { Ok(()) }
            },
        );
        assert_eq!((done, taken), (Err(5), 6));
    }
}
