package io.strongroom.storage.publication;

import io.strongroom.storage.run.RunId;
import java.util.Objects;

/** What became of a promotion or a rollback. Failures are thrown. */
public sealed interface PromotionResult {

  /**
   * It stands in the history of the pipeline.
   *
   * @param publication the step that did it
   * @param alreadyThere whether it stood there before this call; it may have been rolled back since
   */
  record Published(Publication publication, boolean alreadyThere) implements PromotionResult {
    /** Checks that the publication is there. */
    public Published {
      Objects.requireNonNull(publication, "publication");
    }
  }

  /**
   * Nothing was published: what was published since the run started stands against it. A new run of
   * the key validates anew.
   *
   * @param why names datasets, partitions and runs
   */
  record Held(String why) implements PromotionResult {
    /** Checks that the reason is there. */
    public Held {
      Objects.requireNonNull(why, "why");
    }
  }

  /**
   * Nothing was published: another run of the key is live and this one does not supersede it.
   *
   * @param liveRun the run that is live
   */
  record Refused(RunId liveRun) implements PromotionResult {
    /** Checks that the run is there. */
    public Refused {
      Objects.requireNonNull(liveRun, "liveRun");
    }
  }

  /**
   * Nothing was published: too few people have approved it. Promote again when they have.
   *
   * @param subject digest of the manifest or plan to approve
   * @param missing how many more people must approve it, from 1
   */
  record AwaitingApproval(String subject, int missing) implements PromotionResult {
    /** Checks that the digest is there. */
    public AwaitingApproval {
      Objects.requireNonNull(subject, "subject");
    }
  }

  /** Nothing was published: the state that was asked for is the state there is. */
  record NothingToRollBack() implements PromotionResult {}
}
