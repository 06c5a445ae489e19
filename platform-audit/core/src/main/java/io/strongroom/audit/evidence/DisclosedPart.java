package io.strongroom.audit.evidence;

import io.strongroom.audit.Opening;
import java.util.Objects;

/**
 * A personal part that the reader of the evidence may see.
 *
 * @param index index of the entry in the log
 * @param name name of the part
 * @param opening what the entry committed to
 */
public record DisclosedPart(long index, String name, Opening opening) {

  /** Checks that all is there. */
  public DisclosedPart {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(opening, "opening");
  }
}
