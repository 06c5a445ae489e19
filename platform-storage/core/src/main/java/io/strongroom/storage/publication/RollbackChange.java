package io.strongroom.storage.publication;

import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Publishes the generations of an older publication again. */
final class RollbackChange implements Change {
  private final PipelineRef pipeline;
  private final PublicationChain chain;
  private final String id;
  private final long to;

  RollbackChange(PipelineRef pipeline, PublicationChain chain, String id, long to) {
    this.pipeline = pipeline;
    this.chain = chain;
    this.id = id;
    this.to = to;
  }

  @Override
  public String name() {
    return "rollback " + id;
  }

  @Override
  public Step after(Optional<Publication> newest) {
    long newestSeq = newest.map(Publication::seq).orElse(0L);
    if (to < 0 || to > newestSeq) {
      throw refused("there is no publication " + to + "; the newest is " + newestSeq);
    }
    Optional<Publication> target = newest;
    while (target.isPresent() && target.get().seq() > to) {
      Publication later = target.get();
      if (later.rollbackId().equals(Optional.of(id))) {
        if (later.rolledBackTo().orElseThrow() != to) {
          throw refused("rollback " + id + " went to another publication");
        }
        return new Done(later);
      }
      target = chain.previous(later);
    }
    long floor = newest.map(Publication::floor).orElse(1L);
    if (target.isPresent() && target.get().seq() < floor) {
      throw refused("retention has retired publication " + to);
    }
    SortedMap<String, String> generations =
        target.map(Publication::generations).orElseGet(TreeMap::new);
    if (newest.isEmpty() || newest.get().generations().equals(generations)) {
      return new Stopped(new PromotionResult.NothingToRollBack());
    }
    return new Next(
        Subject.rollback(id, to), List.of(), floor, intent -> Optional.empty(), () -> generations);
  }

  private StorageException refused(String problem) {
    return new StorageException(
        StorageErrorCode.PUBLICATION_REFUSED, "pipeline " + pipeline + ": " + problem);
  }
}
