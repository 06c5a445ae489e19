package io.strongroom.audit.evidence;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What a line of a file of evidence holds; lines stand in this order. */
enum LineType {
  EVIDENCE("format", "origin", "pipeline", "run"),
  KEYRING("document"),
  CHECKPOINT("note"),
  ENVELOPE("envelope", "name"),
  GENERATION("document"),
  ENTRY("entry", "index"),
  INCLUSION("hashes"),
  CONSISTENCY("hashes", "note"),
  TLOG_PROOF("document", "index"),
  OPENING("index", "name", "opening"),
  STATEMENT("notProven", "proven"),
  END("sha256");

  // Unmodifiable.
  @SuppressWarnings("ImmutableEnumChecker")
  private final Set<String> members;

  LineType(String... members) {
    this.members = Set.of(members);
  }

  static Optional<LineType> find(String id) {
    return Arrays.stream(values()).filter(type -> type.id().equals(id)).findFirst();
  }

  String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The members of the line beside its type. */
  Set<String> members() {
    return members;
  }
}
