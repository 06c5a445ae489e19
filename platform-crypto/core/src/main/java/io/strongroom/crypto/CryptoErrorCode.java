package io.strongroom.crypto;

import io.strongroom.base.ErrorCategory;
import io.strongroom.base.ErrorCode;

/** The failures of this library. */
public enum CryptoErrorCode implements ErrorCode {
  /** A key is unknown here. */
  KEY_UNKNOWN(
      "CRY-001",
      ErrorCategory.CONFIGURATION,
      "The key service does not hold the key that is asked for.",
      "Check the key id in the configuration, and that this key service is the one that wrapped the"
          + " data."),
  /** The key service cannot be reached. */
  KEY_SERVICE_UNREACHABLE(
      "CRY-002",
      ErrorCategory.TRANSIENT,
      "The key service did not answer or asked for patience.",
      "Try again later."),
  /** The key service refuses the caller. */
  KEY_ACCESS_DENIED(
      "CRY-003",
      ErrorCategory.CONFIGURATION,
      "The key service refuses this caller the use of the key.",
      "Grant the role the action that the message names."),
  /** A message or a wrapped key does not authenticate. */
  DECRYPTION_FAILED(
      "CRY-004",
      ErrorCategory.INTEGRITY,
      "A message or a wrapped key was altered, or belongs to another key or context.",
      "Do not use the object; restore it from its source and tell security."),
  /** A message ends before its last frame. */
  MESSAGE_TRUNCATED(
      "CRY-005",
      ErrorCategory.INTEGRITY,
      "A message ends before its final frame, or there are bytes behind it.",
      "Do not use the object; restore it from its source and tell security."),
  /** A message is of a format that is not read here. */
  MESSAGE_UNSUPPORTED(
      "CRY-006",
      ErrorCategory.INPUT,
      "The bytes are not a message of the AWS Encryption SDK, or name a suite that it does not"
          + " have.",
      "Check that this is the right object and that it was written as a message."),
  /** A header passes a limit. */
  MESSAGE_LIMIT_EXCEEDED(
      "CRY-007",
      ErrorCategory.INPUT,
      "A message's header asks for more memory or keys than this reader allows.",
      "Raise the limit that the message names only if the writer is trusted."),
  /** The header's context is not the expected one. */
  CONTEXT_MISMATCH(
      "CRY-008",
      ErrorCategory.INTEGRITY,
      "The message belongs to another context than the reader expects.",
      "Find out why this object lies where another was expected; tell security."),
  /** A key file cannot be read or written. */
  KEY_FILE_UNREADABLE(
      "CRY-009",
      ErrorCategory.CONFIGURATION,
      "A key file is missing, or cannot be read or written.",
      "Check the path and its permissions."),
  /** Others can read a key file. */
  KEY_FILE_EXPOSED(
      "CRY-010",
      ErrorCategory.CONFIGURATION,
      "A key file can be read or changed by others than its owner.",
      "Run chmod 600 on the file and consider its keys as leaked."),
  /** A key file has the wrong content. */
  KEY_FILE_MALFORMED(
      "CRY-011",
      ErrorCategory.CONFIGURATION,
      "A key file is not of the documented format.",
      "Restore the file from its backup; do not edit it."),
  /** A key file would be overwritten. */
  KEY_FILE_EXISTS(
      "CRY-012",
      ErrorCategory.CONFIGURATION,
      "A key file is there already, or a rotation of it was cut short.",
      "Use the existing file, or remove the one that the message names after making sure that"
          + " nothing needs it."),
  /** A signature does not verify. */
  SIGNATURE_INVALID(
      "CRY-013",
      ErrorCategory.INTEGRITY,
      "A signed document was altered, or was not signed by a key of the keyring for this purpose.",
      "Do not use the document; tell security."),
  /** The keyring is malformed or its signature does not verify. */
  KEYRING_INVALID(
      "CRY-014",
      ErrorCategory.INTEGRITY,
      "The keyring is malformed or its signature does not verify.",
      "Compare the keyring with the one that was handed over; tell security."),
  /** The keyring's root key is not the pinned one. */
  KEYRING_ROOT_MISMATCH(
      "CRY-015",
      ErrorCategory.INTEGRITY,
      "The keyring is signed by another root key than the one whose digest is configured.",
      "Compare the configured root digest with the one that was handed over; tell security."),
  /** A signing key is missing. */
  SIGNING_KEY_MISSING(
      "CRY-016",
      ErrorCategory.CONFIGURATION,
      "There is no signing key for the purpose.",
      "Create a key for the purpose that the message names, and list it in the keyring."),
  /** A file of signing keys would be overwritten. */
  SIGNING_KEYS_EXIST(
      "CRY-017",
      ErrorCategory.CONFIGURATION,
      "The file of signing keys is there already.",
      "Use the existing file, or choose another path."),
  /** A file of signing keys cannot be written. */
  SIGNING_KEYS_UNWRITABLE(
      "CRY-018",
      ErrorCategory.CONFIGURATION,
      "The file of signing keys cannot be written.",
      "Check that its folder exists, is writable and lies on a file system with POSIX"
          + " permissions."),
  /** A file of signing keys cannot be read. */
  SIGNING_KEYS_UNREADABLE(
      "CRY-019",
      ErrorCategory.CONFIGURATION,
      "The file of signing keys is missing, unreadable or malformed.",
      "Check the path, or restore the file from its backup; do not edit it."),
  /** Others can read a file of signing keys. */
  SIGNING_KEYS_EXPOSED(
      "CRY-020",
      ErrorCategory.CONFIGURATION,
      "The file of signing keys can be read or changed by others than its owner.",
      "Run chmod 600 on the file and consider its keys as leaked."),
  /** A value cannot be tokenized under its policy. */
  TOKEN_INPUT_OUTSIDE_POLICY(
      "CRY-021",
      ErrorCategory.INPUT,
      "A value has a length or a character that its token policy does not allow.",
      "Correct the value, or choose the policy that fits the field."),
  /** A token policy is contradictory. */
  TOKEN_POLICY_INVALID(
      "CRY-022",
      ErrorCategory.CONFIGURATION,
      "A token policy is not one that tokens can be made under.",
      "Correct the part of the policy that the message names."),
  /** A token key's record is malformed. */
  TOKEN_KEY_MALFORMED(
      "CRY-023",
      ErrorCategory.INTEGRITY,
      "The record of a token key is malformed.",
      "Restore the record; tokens made under another key cannot be reversed."),
  /** A token key's record belongs to another policy. */
  TOKEN_KEY_MISMATCH(
      "CRY-024",
      ErrorCategory.CONFIGURATION,
      "The record of a token key was made for another policy or version.",
      "Open the record that belongs to the policy."),
  /** The JCA provider lacks something. */
  PROVIDER_UNSUITABLE(
      "CRY-025",
      ErrorCategory.CONFIGURATION,
      "The JCA provider lacks an algorithm that is needed.",
      "Choose a provider with AES/GCM/NoPadding and 256-bit keys."),
  /** A message is of a kind that this reader was not told to accept. */
  MESSAGE_KIND_REFUSED(
      "CRY-026",
      ErrorCategory.INPUT,
      "A message is of a kind that this reader was not told to accept: format version 1, signed"
          + " when it is read as a stream or anywhere, or without frames when it is read anywhere.",
      "Re-encrypt the object, or allow its kind where the encryptor is built if its writer is"
          + " trusted."),
  /** A file cannot be read or written. */
  FILE_UNUSABLE(
      "CRY-030",
      ErrorCategory.CONFIGURATION,
      "A file is missing, or cannot be read or written.",
      "Check the path, its permissions and the space on the disk."),
  /** The JCA provider computes wrongly. */
  PROVIDER_SELF_TEST_FAILED(
      "CRY-031",
      ErrorCategory.CONFIGURATION,
      "The JCA provider's AES/GCM gives other results than the known answers.",
      "Do not use this JVM or provider for encryption; update it, or choose another provider."),
  /** A key is disabled. */
  KEY_DISABLED(
      "CRY-034",
      ErrorCategory.CONFIGURATION,
      "The key is disabled in its key service.",
      "Enable the key, or find out who disabled it and why."),
  /** A key is in a state in which it serves nothing. */
  KEY_STATE_REFUSES(
      "CRY-035",
      ErrorCategory.CONFIGURATION,
      "The key is pending deletion, or otherwise in a state in which it serves nothing.",
      "If anything encrypted under it is still needed, cancel the deletion at once and enable the"
          + " key."),
  /** The key service does not accept who calls, or there is nobody to call as. */
  KEY_SERVICE_LOGIN_REFUSED(
      "CRY-036",
      ErrorCategory.CONFIGURATION,
      "The key service cannot be called with the credentials, the clock or the client settings of"
          + " this process.",
      "Check the role or credentials of the process, their expiry, the clock and the endpoint."),
  /** A key or a request is of the wrong kind. */
  KEY_UNSUITABLE(
      "CRY-037",
      ErrorCategory.CONFIGURATION,
      "The key is of another kind than what it is used for, or the request breaks a limit of the"
          + " key service.",
      "Name a symmetric key to encrypt and a key of the right kind to sign; keep the encryption"
          + " context small."),
  /** The key service answered for another key. */
  KEY_ANSWER_WRONG(
      "CRY-038",
      ErrorCategory.INTEGRITY,
      "The key service answered with another key than the one that was asked for.",
      "Do not use the answer; find out what stands between this process and the key service, and"
          + " tell security."),
  /** A key is not one of those that the configuration trusts. */
  KEY_NOT_TRUSTED(
      "CRY-039",
      ErrorCategory.CONFIGURATION,
      "The key exists, but is not one of those that the configuration lets this process use.",
      "Add the key to the configured ones if it is rightly there; else find out who points to it."),
  /** Only the public half of a key is here. */
  KEY_PRIVATE_HALF_ABSENT(
      "CRY-040",
      ErrorCategory.CONFIGURATION,
      "Only the public half of the key is held here, which wraps and never unwraps.",
      "Unwrap where the private half is kept, or with another key that wraps the same data."),
  /** A call was given up because the thread was interrupted. */
  KEY_CALL_INTERRUPTED(
      "CRY-041",
      ErrorCategory.TRANSIENT,
      "The thread was interrupted while it waited for the key service.",
      "Nothing was written; run it again."),
  /** A message was begun before a checkpoint of the process. */
  CHECKPOINT_PASSED(
      "CRY-042",
      ErrorCategory.TRANSIENT,
      "The process was checkpointed, or restored from a snapshot, while a message was being"
          + " written; continuing it could use a key and an IV twice.",
      "Write the message again from its beginning."),
  /** A stored record of wrapped keys is malformed. */
  KEY_RECORD_MALFORMED(
      "CRY-043",
      ErrorCategory.INTEGRITY,
      "A stored record of wrapped data keys is malformed or stands under another name.",
      "Restore the record from a copy; find out who changed it."),
  /** A campaign ended because of failures. */
  REWRAP_STOPPED(
      "CRY-044",
      ErrorCategory.CONFIGURATION,
      "More records could not be wrapped anew than the campaign allows.",
      "Correct the cause that stands beside the first record, then run the campaign again."),
  /** The file of a campaign cannot be used. */
  REWRAP_CHECKPOINT_UNUSABLE(
      "CRY-045",
      ErrorCategory.CONFIGURATION,
      "The checkpoint of a campaign is unreadable, malformed or of another campaign.",
      "Name another file: what is done already costs no call again."),
  /** A record is changed all the time. */
  KEY_RECORD_CONTENDED(
      "CRY-046",
      ErrorCategory.TRANSIENT,
      "A record of wrapped data keys was changed by others whenever it was to be replaced.",
      "Run the campaign again when the record is left alone."),
  /** The scope does not allow tokens to be turned back. */
  TOKEN_SCOPE_MISSING(
      "CRY-050",
      ErrorCategory.CONFIGURATION,
      "A part of the application asked for the value of a token without a scope that allows it.",
      "Find out whether that part may see values; if so, hand it a scope for the policy."),
  /** Tokens of a policy cannot be turned back. */
  TOKEN_IRREVERSIBLE(
      "CRY-051",
      ErrorCategory.CONFIGURATION,
      "Tokens of this policy (a keyed hash or a mask) cannot be turned back.",
      "Read the values where they come from, or use a reversible policy from now on."),
  /** Stored tokens belong to another tokenizer. */
  TOKEN_REFERENCE_MISMATCH(
      "CRY-052",
      ErrorCategory.CONFIGURATION,
      "Stored tokens were made under another policy, key version, field or key.",
      "Open the token key that the reference beside the tokens names."),
  /** A token reference is malformed. */
  TOKEN_REFERENCE_MALFORMED(
      "CRY-053",
      ErrorCategory.INTEGRITY,
      "What is recorded beside stored tokens is not a token reference.",
      "Restore the metadata; without it nobody knows which key the tokens belong to."),
  /** A token does not authenticate. */
  TOKEN_ALTERED(
      "CRY-054",
      ErrorCategory.INTEGRITY,
      "A token was altered, or was made under another key, policy or field.",
      "Compare the reference that is stored beside the tokens with the tokenizer's."),
  /** A key is of an algorithm that this version does not know. */
  SIGNING_ALGORITHM_UNKNOWN(
      "CRY-056",
      ErrorCategory.CONFIGURATION,
      "A keyring or a file of signing keys holds a key of an algorithm that is not known here.",
      "Update this library to the version that wrote it."),
  /** A keyring is older than one that was seen. */
  KEYRING_WENT_BACK(
      "CRY-057",
      ErrorCategory.INTEGRITY,
      "The keyring is older than one that was seen here, or another of the same serial.",
      "Do not use it: a revoked key may count in it. Find out who put it there; tell security."),
  /** The file of seen keyrings cannot be used. */
  SEEN_KEYRINGS_UNUSABLE(
      "CRY-058",
      ErrorCategory.CONFIGURATION,
      "The file that remembers the newest keyring cannot be read or written, or is malformed.",
      "Check the path and its permissions; delete the file only after comparing the keyring's serial"
          + " with the one that was handed over."),
  /** A request to list a key does not prove what it must. */
  ENROLMENT_REFUSED(
      "CRY-059",
      ErrorCategory.INTEGRITY,
      "A request to list a key was altered, is for something else, or does not prove that its sender"
          + " has the private key.",
      "Do not list the key; ask its holder for a new request over a new challenge."),
  /** A person was erased. */
  SUBJECT_ERASED(
      "CRY-060",
      ErrorCategory.INPUT,
      "The person was erased: nothing is sealed, opened or held for them any more.",
      "Leave the person's rows out. Who comes back as a customer gets another id."),
  /** A legal hold forbids an erasure. */
  SUBJECT_HELD(
      "CRY-061",
      ErrorCategory.INPUT,
      "A legal hold forbids to erase the person.",
      "Ask whoever placed the hold that the message names; erase after it is released."),
  /** The store of subject keys fails. */
  SUBJECT_STORE_FAILED(
      "CRY-062",
      ErrorCategory.TRANSIENT,
      "The store of subject keys cannot be read or written.",
      "Check the store and run it again. An erasure that was under way is completed by running it"
          + " again."),
  /** The store of subject keys holds no lookup key, or is not the one it should be. */
  SUBJECT_STORE_UNPREPARED(
      "CRY-063",
      ErrorCategory.CONFIGURATION,
      "The store of subject keys was never prepared, is prepared already, or is not a copy of the"
          + " one it should be.",
      "Check where the store lies. Prepare it once, or restore it from its copy: a new lookup key"
          + " knows none of the persons erased before."),
  /** A record in the store of subject keys was altered. */
  SUBJECT_RECORD_MALFORMED(
      "CRY-064",
      ErrorCategory.INTEGRITY,
      "A record in the store of subject keys is malformed, was altered or is missing from a row of"
          + " them.",
      "Find out who writes to the store, and restore the record from a copy; tell security."),
  /** A key is neither in the store nor erased. */
  SUBJECT_KEY_MISSING(
      "CRY-065",
      ErrorCategory.INTEGRITY,
      "The key that a field was sealed under is not in the store, and the person was not erased.",
      "Restore the store from its copy, and find out who deleted the key."),
  /** An erasure has begun and not ended. */
  SUBJECT_ERASURE_INCOMPLETE(
      "CRY-066",
      ErrorCategory.TRANSIENT,
      "The person's tombstone stands, but a key was still in a store after it was deleted.",
      "Erase again, until there is a receipt; nothing is sealed or opened in between."),
  /** The keyring does not list a signing key for what it is to sign. */
  SIGNING_KEY_NOT_LISTED(
      "CRY-070",
      ErrorCategory.CONFIGURATION,
      "The keyring does not list the signing key for the purpose, lists it for another one, or has"
          + " revoked it.",
      "Name the key that the keyring lists for the purpose, or have this one enrolled; a key has one"
          + " purpose."),
  /** A secret is unknown to the secret store. */
  SECRET_UNKNOWN(
      "CRY-071",
      ErrorCategory.CONFIGURATION,
      "The secret store holds no such secret, or no version of it with that stage.",
      "Check the name, the Region and the account; the message names the secret."),
  /** The secret store refuses a secret to the caller. */
  SECRET_ACCESS_DENIED(
      "CRY-072",
      ErrorCategory.CONFIGURATION,
      "The secret store refuses this caller the secret, or the use of the key that encrypts it.",
      "Grant the role the actions that the message names."),
  /** The secret store cannot be reached. */
  SECRET_STORE_UNREACHABLE(
      "CRY-073",
      ErrorCategory.TRANSIENT,
      "The secret store did not answer in time or asked for patience.",
      "Try again later."),
  /** The secret store does not accept who calls, or there is nobody to call as. */
  SECRET_STORE_LOGIN_REFUSED(
      "CRY-074",
      ErrorCategory.CONFIGURATION,
      "The secret store cannot be called with the credentials, the clock or the client settings of"
          + " this process.",
      "Check the role or credentials of the process, their expiry, the clock and the endpoint."),
  /** A secret is there and cannot be used. */
  SECRET_UNUSABLE(
      "CRY-075",
      ErrorCategory.CONFIGURATION,
      "The secret is scheduled for deletion, is empty, or cannot be decrypted in its store.",
      "Restore the secret or the key that encrypts it, or give it a value."),
  /** The secret store answered for another secret. */
  SECRET_ANSWER_WRONG(
      "CRY-076",
      ErrorCategory.INTEGRITY,
      "The secret store answered with another secret or version than the one that was asked for.",
      "Do not use the answer; find out what stands between this process and the secret store, and"
          + " tell security.");

  private final String id;
  private final ErrorCategory category;
  private final String meaning;
  private final String remedy;

  CryptoErrorCode(String id, ErrorCategory category, String meaning, String remedy) {
    this.id = id;
    this.category = category;
    this.meaning = meaning;
    this.remedy = remedy;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public ErrorCategory category() {
    return category;
  }

  @Override
  public String meaning() {
    return meaning;
  }

  @Override
  public String remedy() {
    return remedy;
  }
}
