package io.strongroom.storage.publication;

import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Remembers the newest publication of each pipeline that a reader has seen, so that a pointer set
 * back by somebody is noticed. A process keeps one for as long as it lives. Safe for use by several
 * threads.
 */
public final class SeenPublications {
  private final Map<PipelineRef, LatestPointer> newest = new HashMap<>();

  /** Nothing seen yet. */
  public SeenPublications() {}

  /**
   * Takes note of what was seen elsewhere, for instance of a number and digest kept in a file or
   * handed over by another person.
   *
   * @param pipeline whose publication it is
   * @param seq its number, from 1
   * @param digest its digest, 64 hexadecimal digits
   * @throws StorageException {@link StorageErrorCode#POINTER_WENT_BACK} when a newer one, or
   *     another of the same number, was seen before
   */
  public synchronized void note(PipelineRef pipeline, long seq, String digest) {
    LatestPointer now = new LatestPointer(seq, digest);
    LatestPointer before = newest.get(pipeline);
    if (before != null
        && (before.seq() > seq || (before.seq() == seq && !before.digest().equals(digest)))) {
      throw new StorageException(
          StorageErrorCode.POINTER_WENT_BACK,
          "pipeline "
              + pipeline
              + ": publication "
              + seq
              + " is said to be the newest, and publication "
              + before.seq()
              + " has been seen");
    }
    newest.put(pipeline, now);
  }

  /** Takes note of a pointer as it was read; none is as old as none can be. */
  synchronized void note(PipelineRef pipeline, Optional<Publication> head) {
    if (head.isPresent()) {
      note(pipeline, head.get().seq(), head.get().digest());
    } else if (newest.containsKey(pipeline)) {
      throw new StorageException(
          StorageErrorCode.POINTER_WENT_BACK,
          "pipeline " + pipeline + ": nothing is published, and a publication has been seen");
    }
  }
}
