package io.strongroom.pipeline;

import java.util.ArrayList;
import java.util.List;

/**
 * Every reason that the rules found against one row, in order of precedence. Empty for an accepted
 * row. Immutable.
 *
 * @param all the first is the primary one, which metrics count
 */
public record Rejections(List<RowVerdict.Rejected> all) {
  private static final Rejections NONE = new Rejections(List.of());

  /** Copies the list. */
  public Rejections {
    all = List.copyOf(all);
  }

  /** No reason: the row is accepted. */
  public static Rejections none() {
    return NONE;
  }

  /** One reason against the whole row, for checks that are not rules. */
  public static Rejections of(RejectReason reason) {
    return new Rejections(List.of(RowVerdict.rejected(reason, "")));
  }

  /** Whether the row is accepted. */
  public boolean isEmpty() {
    return all.isEmpty();
  }

  /** The same reasons, with another one of lower precedence at the end. */
  public Rejections and(RejectReason reason, String field) {
    List<RowVerdict.Rejected> more = new ArrayList<>(all);
    more.add(RowVerdict.rejected(reason, field));
    return new Rejections(more);
  }

  /**
   * The reason that metrics count.
   *
   * @throws IllegalStateException for an accepted row
   */
  public RejectReason primary() {
    if (all.isEmpty()) {
      throw new IllegalStateException("an accepted row has no reason");
    }
    return all.get(0).reason();
  }

  /**
   * Where the row goes: condemned as soon as one of its reasons condemns, whatever its precedence,
   * so that a row that may not be tried again never waits for it.
   *
   * @throws IllegalStateException for an accepted row
   */
  public Destination destination() {
    primary();
    return all.stream().anyMatch(one -> one.reason().goesTo() == Destination.CONDEMNED)
        ? Destination.CONDEMNED
        : Destination.QUARANTINE;
  }

  /** The codes of all reasons, in order of precedence. */
  public List<String> codes() {
    return all.stream().map(one -> one.reason().code()).toList();
  }
}
