package io.strongroom.audit;

/** What somebody may do to a log, a proof or evidence. */
public enum Mutation {
  FLIP,
  DELETE,
  INSERT,
  SWAP,
  TRUNCATE,
  ROLL_BACK,
  FORK,
  RETIRED_KEY,
  STRIP_POST_QUANTUM,
  APPEND
}
