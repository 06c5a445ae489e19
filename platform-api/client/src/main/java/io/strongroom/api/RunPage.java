package io.strongroom.api;

import java.util.List;
import java.util.Optional;

/**
 * A page of the list of published runs.
 *
 * @param runs newest first; unmodifiable
 * @param next where the next page begins, to be given back as {@code after}; empty on the last page
 */
public record RunPage(List<PublishedRun> runs, Optional<String> next) {

  /** Copies the runs. */
  public RunPage {
    runs = List.copyOf(runs);
  }
}
