package io.strongroom.crypto;

/**
 * What a {@link CachingKeyService} has done since it was made.
 *
 * @param hits data keys for encryption that were given out without waiting
 * @param misses data keys for encryption that a caller had to wait for
 * @param calls calls of the key service for new data keys, refreshes among them
 * @param refreshes data keys replaced in the background
 * @param failedRefreshes replacements in the background that failed; the old key went on serving
 * @param unwrapHits unwrapped data keys that were given out without waiting
 * @param unwrapMisses unwrapped data keys that a caller had to wait for
 * @param unwrapCalls calls of the key service to unwrap
 * @param wrapCalls calls of the key service to wrap a data key under a further key
 * @param evictions data keys let go because there were too many
 * @param entries data keys held now, of both kinds
 */
public record DataKeyStatistics(
    long hits,
    long misses,
    long calls,
    long refreshes,
    long failedRefreshes,
    long unwrapHits,
    long unwrapMisses,
    long unwrapCalls,
    long wrapCalls,
    long evictions,
    int entries) {}
