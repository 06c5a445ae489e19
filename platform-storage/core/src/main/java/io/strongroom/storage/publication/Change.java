package io.strongroom.storage.publication;

import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.run.RunId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.function.Supplier;

/** A change of what is published, considered anew whenever somebody else was faster. */
interface Change {
  /** Names it in a failure. */
  String name();

  /** What it comes to when it would follow a publication; empty for the first one. */
  Step after(Optional<Publication> newest);

  /** What a change comes to before one state of the history. */
  sealed interface Step permits Done, Stopped, Next {}

  /** It stands in the history. */
  record Done(Publication publication) implements Step {}

  /** Something stands against it. */
  record Stopped(PromotionResult result) implements Step {}

  /**
   * It may be published.
   *
   * @param subject what it is
   * @param approvals digests of the approvals that it rests on
   * @param floor the oldest publication that can be read then
   * @param recheck what stands against it once its place in the audit log is known
   * @param generations stores what follows, and tells the digests
   */
  record Next(
      Subject subject,
      List<String> approvals,
      long floor,
      Function<IntentReceipt, Optional<PromotionResult>> recheck,
      Supplier<SortedMap<String, String>> generations)
      implements Step {}

  /**
   * What is published: a run, a step back, or a plan.
   *
   * @param kind which of them
   * @param run the run of a promotion
   * @param rollbackId names a rollback
   * @param to where a rollback goes
   * @param plan the plan of a retirement
   */
  record Subject(
      Publication.Kind kind,
      Optional<RunId> run,
      Optional<String> rollbackId,
      OptionalLong to,
      Optional<String> plan) {

    static Subject promotion(RunId run) {
      return new Subject(
          Publication.Kind.PROMOTE,
          Optional.of(run),
          Optional.empty(),
          OptionalLong.empty(),
          Optional.empty());
    }

    static Subject rollback(String id, long to) {
      return new Subject(
          Publication.Kind.ROLLBACK,
          Optional.empty(),
          Optional.of(id),
          OptionalLong.of(to),
          Optional.empty());
    }

    static Subject retirement(String plan) {
      return new Subject(
          Publication.Kind.RETIRE,
          Optional.empty(),
          Optional.empty(),
          OptionalLong.empty(),
          Optional.of(plan));
    }

    /** The intent to publish it after a publication. */
    Intent intent(
        PipelineRef pipeline, Optional<String> previous, String actor, String reason, Instant at) {
      String id;
      String said;
      switch (kind) {
        case PROMOTE -> {
          id = Intent.promotion(pipeline, run.orElseThrow(), previous, actor, reason);
          said = reason;
        }
        case ROLLBACK -> {
          String name = rollbackId.orElseThrow();
          id = Intent.rollback(pipeline, name, to.orElseThrow(), previous, actor, reason);
          said = "rollback " + name + " to publication " + to.orElseThrow() + ": " + reason;
        }
        case RETIRE -> {
          id = Intent.retirement(pipeline, plan.orElseThrow(), previous, actor, reason);
          said = "deletion plan " + plan.orElseThrow() + ": " + reason;
        }
        default -> throw new AssertionError(kind);
      }
      return new Intent(id, pipeline, kind.name(), run, previous, actor, said, at);
    }
  }
}
