package io.strongroom.audit;

import io.strongroom.storage.StoredObject;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The journal objects that lead to a head, as a verifier finds them. */
final class JournalChain {
  private final Deque<JournalObject> journals = new ArrayDeque<>();
  private final Set<String> names = new HashSet<>();
  private final Map<String, String> problems = new LinkedHashMap<>();

  private JournalChain() {}

  /** No journal object at all. */
  static JournalChain none() {
    return new JournalChain();
  }

  /**
   * Reads them from the newest on.
   *
   * @param floor the first that starts here or before is the last that is needed
   */
  static JournalChain read(
      Function<String, Optional<StoredObject>> get, String origin, Head head, long floor) {
    JournalChain chain = new JournalChain();
    long size = head.size();
    String name = head.journalName();
    while (size > floor) {
      chain.names.add(name);
      Optional<StoredObject> stored = get.apply(name);
      if (stored.isEmpty()) {
        chain.problems.put(name, "it is missing and leads to the head");
        return chain;
      }
      try {
        JournalObject journal = JournalObject.decode(name, stored.get().content(), origin);
        chain.journals.addFirst(journal);
        size = journal.base();
        name = journal.nameBefore();
      } catch (IllegalArgumentException malformed) {
        chain.problems.put(name, String.valueOf(malformed.getMessage()));
        return chain;
      }
    }
    return chain;
  }

  /** Those that could be read, oldest first. */
  Collection<JournalObject> journals() {
    return journals;
  }

  /** What is wrong with the one that could not be read, by its name; empty when all could. */
  Map<String, String> problems() {
    return problems;
  }

  /** Whether a journal object of this name belongs to it. */
  boolean has(String name) {
    return names.contains(name);
  }

  /** Whether it reaches down to the floor. */
  boolean isWhole() {
    return problems.isEmpty();
  }
}
