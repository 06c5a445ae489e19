package io.strongroom.pipeline;

import io.strongroom.storage.run.InputFile;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a run is for. Window, parameters and inputs, with the pipeline and its version, make the run
 * key, and at most one run of a key is live.
 *
 * @param window the business window, such as {@code 2024-01}
 * @param parameters part of the run key; stored in clear, so never a secret or a person's data
 * @param inputs pinned by digest, part of the run key whatever their order; names are unique
 * @param actor who asks: a person or a role, stored in the audit log
 * @param again makes a new run although one of this key is live or was rolled back
 * @param reason why; required for {@code again}
 */
public record RunSpec(
    String window,
    Map<String, String> parameters,
    List<InputFile> inputs,
    String actor,
    boolean again,
    Optional<String> reason) {
  private static final int LONGEST_ACTOR = 1024;

  /**
   * Checks and copies.
   *
   * @throws PipelineException RUN_SPEC_INVALID
   */
  public RunSpec {
    parameters = Collections.unmodifiableMap(new TreeMap<>(parameters));
    inputs = List.copyOf(inputs);
    if (window.isBlank()) {
      throw invalid("the window is blank");
    }
    if (actor.isBlank() || actor.length() > LONGEST_ACTOR) {
      throw invalid("the actor is blank or longer than " + LONGEST_ACTOR + " characters");
    }
    if (again && reason.filter(text -> !text.isBlank()).isEmpty()) {
      throw invalid("'again' needs a reason");
    }
    Set<String> names = new HashSet<>();
    for (InputFile input : inputs) {
      if (!names.add(input.name())) {
        throw invalid("input '" + input.name() + "' stands twice");
      }
    }
  }

  /** A first run of a window. */
  public static RunSpec of(String window, List<InputFile> inputs, String actor) {
    return new RunSpec(window, Map.of(), inputs, actor, false, Optional.empty());
  }

  /** The same, asked for again. */
  public RunSpec again(String why) {
    return new RunSpec(window, parameters, inputs, actor, true, Optional.of(why));
  }

  private static PipelineException invalid(String why) {
    return new PipelineException(PipelineErrorCode.RUN_SPEC_INVALID, why);
  }
}
