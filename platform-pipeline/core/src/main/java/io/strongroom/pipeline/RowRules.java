package io.strongroom.pipeline;

import io.strongroom.base.PlatformException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Rules in their order of precedence. Every rule judges every row, so that a row keeps all its
 * reasons; the reason of the first rule that rejects is the primary one.
 *
 * <p>Immutable; as thread-safe as its rules.
 *
 * @param <R> the type of a row
 */
public final class RowRules<R> {
  private final List<String> names;
  private final List<RowRule<R>> rules;

  private RowRules(Map<String, RowRule<R>> named) {
    names = List.copyOf(named.keySet());
    rules = List.copyOf(named.values());
  }

  /** Starts a list of rules. */
  public static <R> Builder<R> builder() {
    return new Builder<>();
  }

  /**
   * Judges one row by every rule. Allocates nothing for a row that all rules accept.
   *
   * @throws PipelineException RULE_FAILED when a rule throws; it names the rule, and neither it nor
   *     its cause carries the message of what was thrown. A platform exception passes as it is.
   */
  public Rejections judge(R row) {
    List<RowVerdict.Rejected> rejected = null;
    for (int i = 0; i < rules.size(); i++) {
      RowVerdict verdict;
      try {
        verdict = rules.get(i).check(row);
      } catch (PlatformException e) {
        throw e;
      } catch (RuntimeException e) {
        throw new PipelineException(
            PipelineErrorCode.RULE_FAILED,
            "rule '" + names.get(i) + "' threw " + e.getClass().getName(),
            new CauseWithoutMessage(e));
      }
      if (verdict instanceof RowVerdict.Rejected rejection) {
        if (rejected == null) {
          rejected = new ArrayList<>(2);
        }
        rejected.add(rejection);
      }
    }
    return rejected == null ? Rejections.none() : new Rejections(rejected);
  }

  /**
   * Collects rules.
   *
   * @param <R> the type of a row
   */
  public static final class Builder<R> {
    private final Map<String, RowRule<R>> named = new LinkedHashMap<>();

    private Builder() {}

    /** Adds a rule after the ones added before; the name stands in errors and is unique. */
    public Builder<R> rule(String name, RowRule<R> rule) {
      if (named.putIfAbsent(name, rule) != null) {
        throw new IllegalArgumentException("rule '" + name + "' stands twice");
      }
      return this;
    }

    /** The rules added so far. */
    public RowRules<R> build() {
      return new RowRules<>(named);
    }
  }
}
