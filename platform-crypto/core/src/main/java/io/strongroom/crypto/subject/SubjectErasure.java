package io.strongroom.crypto.subject;

import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.SubjectErasedException;
import io.strongroom.crypto.SubjectHeldException;
import io.strongroom.crypto.SubjectKeyException;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Signer;
import io.strongroom.crypto.subject.SubjectRecord.Kind;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Erases persons by destroying their keys, unless a legal hold forbids it; and keeps copies of the
 * keys that an erasure reaches. For those whose work that is: a pipeline needs {@link SubjectKeys}
 * alone.
 *
 * <p>Who asked for something and why is kept for ever, in clear, beside the pseudonym: a reference
 * to a request or a case, never the person's name.
 *
 * <p>Safe for use by several threads and processes.
 */
public final class SubjectErasure {
  private static final Pattern HOLD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,79}");
  private static final int ATTEMPTS = 100;
  private static final int DELETIONS = 3;

  private final SubjectKeyStore store;
  private final List<SubjectKeyStore> copies;
  private final LookupKey lookup;
  private final SubjectKeyCache cache;
  private final InstantSource clock;
  private final Signer signer;

  SubjectErasure(
      SubjectKeyStore store,
      List<SubjectKeyStore> copies,
      LookupKey lookup,
      SubjectKeyCache cache,
      InstantSource clock,
      Signer signer) {
    if (signer.purpose() != KeyPurpose.RECEIPT) {
      throw new IllegalArgumentException("the signer is not for receipts");
    }
    this.store = store;
    this.copies = copies;
    this.lookup = lookup;
    this.cache = cache;
    this.clock = clock;
    this.signer = signer;
  }

  /**
   * Erases a person: sets the tombstone, destroys the person's key in every version and copy, and
   * leaves a signed receipt.
   *
   * <p>After a failure or a crash the tombstone stands or it does not. If it does, nothing is
   * sealed for the person any more, and this, done again, or {@link #completeErasures} does the
   * rest; if it does not, nothing has happened. Whoever was erased already is erased again, without
   * a trace but the first receipt.
   *
   * @param subject the person's id
   * @param actor who asks for it, 1 to 256 characters
   * @param reason why, such as the number of the request, 1 to 1024 characters
   * @return the receipt, which {@link ErasureReceipt#verify} reads
   * @throws SubjectHeldException when a legal hold forbids it; it is named, and nothing has changed
   * @throws SubjectKeyException {@link CryptoErrorCode#SUBJECT_ERASURE_INCOMPLETE} when a key is
   *     still there after it was deleted; {@link CryptoErrorCode#SUBJECT_STORE_FAILED}; {@link
   *     CryptoErrorCode#SUBJECT_RECORD_MALFORMED}
   * @throws IllegalArgumentException when actor or reason is empty, too long, or holds the id
   */
  public byte[] erase(String subject, String actor, String reason) {
    SubjectPseudonym person = lookup.pseudonym(subject);
    StatusRecord.Decision decision = decision(subject, actor, reason);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      SubjectStatus status = status(store, person);
      Optional<StatusRecord> tombstone = status.tombstone();
      if (tombstone.isPresent()) {
        return complete(person, tombstone.get());
      }
      List<String> holds = status.holds();
      if (!holds.isEmpty()) {
        throw new SubjectHeldException(
            CryptoErrorCode.SUBJECT_HELD,
            "the person is under legal hold " + String.join(", ", holds));
      }
      List<Integer> versions = store.versions(SubjectRecord.of(Kind.KEY, person));
      int newest = versions.isEmpty() ? 0 : versions.get(versions.size() - 1);
      append(person, StatusRecord.tombstone(lookup, person, status.next(), newest, decision));
    }
    throw contended();
  }

  /**
   * Forbids to erase a person until the hold is released. Placing the same hold twice is placing it
   * once.
   *
   * @param subject the person's id; nothing needs to be sealed for them
   * @param hold the name of the hold: 1 to 80 of A-Z a-z 0-9 . _ - beginning with a letter or digit
   * @param actor who places it, 1 to 256 characters
   * @param reason why, 1 to 1024 characters
   * @throws SubjectErasedException when the person was erased
   * @throws SubjectKeyException when the store fails or a record in it is malformed
   * @throws IllegalArgumentException when an argument has another form, or actor or reason holds
   *     the id
   */
  public void hold(String subject, String hold, String actor, String reason) {
    SubjectPseudonym person = lookup.pseudonym(subject);
    requireHold(hold);
    StatusRecord.Decision decision = decision(subject, actor, reason);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      SubjectStatus status = status(store, person);
      status.requireNotErased();
      if (status.holds().contains(hold)
          || append(person, StatusRecord.hold(lookup, person, status.next(), hold, decision))) {
        return;
      }
    }
    throw contended();
  }

  /**
   * Releases a hold. The other holds of the person stay.
   *
   * @param subject the person's id
   * @param hold the name of the hold; nothing happens when there is none of the name
   * @param actor who releases it, 1 to 256 characters
   * @param reason why, 1 to 1024 characters
   * @throws SubjectErasedException when the person was erased
   * @throws SubjectKeyException when the store fails or a record in it is malformed
   * @throws IllegalArgumentException when an argument has another form, or actor or reason holds
   *     the id
   */
  public void release(String subject, String hold, String actor, String reason) {
    SubjectPseudonym person = lookup.pseudonym(subject);
    requireHold(hold);
    StatusRecord.Decision decision = decision(subject, actor, reason);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      SubjectStatus status = status(store, person);
      status.requireNotErased();
      if (!status.holds().contains(hold)
          || append(person, StatusRecord.release(lookup, person, status.next(), hold, decision))) {
        return;
      }
    }
    throw contended();
  }

  /**
   * The holds that forbid to erase a person.
   *
   * @param subject the person's id
   * @return their names in the order in which they were placed
   * @throws SubjectKeyException when the store fails or a record in it is malformed
   */
  public List<String> holds(String subject) {
    return status(store, lookup.pseudonym(subject)).holds();
  }

  /**
   * The receipt of an erasure.
   *
   * @param subject the person's id
   * @return what {@link #erase} returned, or empty when the person was not erased or the erasure
   *     was not completed
   * @throws SubjectKeyException when the store fails
   */
  public Optional<byte[]> receipt(String subject) {
    return store.get(SubjectRecord.of(Kind.RECEIPT, lookup.pseudonym(subject)), 1);
  }

  /**
   * Completes the erasures that a crash cut short, and destroys again what came back from a copy
   * that was put in place by hand. To be run after a crash, after a restore, and now and then.
   *
   * @return how many persons are erased
   * @throws SubjectKeyException as {@link #erase}; what was completed until then stays so
   */
  public int completeErasures() {
    int erased = 0;
    for (SubjectRecord record : store.list(Kind.STATUS)) {
      SubjectPseudonym person = new SubjectPseudonym(record.id());
      Optional<StatusRecord> tombstone = status(store, person).tombstone();
      if (tombstone.isPresent()) {
        complete(person, tombstone.get());
        erased++;
      }
    }
    return erased;
  }

  /**
   * Brings the copies up to date: the lookup key, what was decided, the receipts, and the wrapped
   * keys of all who were not erased. After a failure or a crash it is run again.
   *
   * @throws SubjectKeyException {@link CryptoErrorCode#SUBJECT_STORE_UNPREPARED} when a copy is one
   *     of another store; otherwise as {@link #erase}
   */
  public void backUp() {
    completeErasures();
    for (SubjectKeyStore copy : copies) {
      transfer(store, copy);
    }
  }

  /**
   * Brings back from a copy what the store has lost. Who was erased according to either stays
   * erased in both.
   *
   * @param copy a store that {@link #backUp} filled
   * @throws SubjectKeyException as {@link #backUp}
   */
  public void restore(SubjectKeyStore copy) {
    transfer(copy, store);
    completeErasures();
  }

  /** What was decided goes first, so that a key never lies where its tombstone does not. */
  private void transfer(SubjectKeyStore from, SubjectKeyStore to) {
    put(from, to, SubjectRecord.LOOKUP);
    for (SubjectRecord record : from.list(Kind.STATUS)) {
      put(from, to, record);
    }
    for (SubjectRecord record : from.list(Kind.RECEIPT)) {
      put(from, to, record);
    }
    for (SubjectRecord record : from.list(Kind.KEY)) {
      SubjectPseudonym person = new SubjectPseudonym(record.id());
      if (!erasedInEither(from, to, person)) {
        put(from, to, record);
        if (!erasedInEither(from, to, person)) {
          continue;
        }
      }
      to.deleteAllVersions(record);
    }
  }

  private boolean erasedInEither(
      SubjectKeyStore from, SubjectKeyStore to, SubjectPseudonym person) {
    return status(from, person).tombstone().isPresent()
        || status(to, person).tombstone().isPresent();
  }

  /** Copies the versions that are missing; those that are there must be the same. */
  private static void put(SubjectKeyStore from, SubjectKeyStore to, SubjectRecord record) {
    for (int version : from.versions(record)) {
      Optional<byte[]> content = from.get(record, version);
      if (content.isPresent() && !to.putIfAbsent(record, version, content.get())) {
        Optional<byte[]> there = to.get(record, version);
        if (there.isPresent() && !Arrays.equals(there.get(), content.get())) {
          throw new SubjectKeyException(
              CryptoErrorCode.SUBJECT_STORE_UNPREPARED,
              "a copy of the store of subject keys holds another "
                  + record.kind().id()
                  + " record than the store");
        }
      }
    }
  }

  private byte[] complete(SubjectPseudonym person, StatusRecord tombstone) {
    cache.forget(person);
    SubjectRecord statusRecord = SubjectRecord.of(Kind.STATUS, person);
    SubjectRecord keyRecord = SubjectRecord.of(Kind.KEY, person);
    SubjectRecord receiptRecord = SubjectRecord.of(Kind.RECEIPT, person);
    copies.forEach(copy -> put(store, copy, statusRecord));
    List<SubjectKeyStore> all = new ArrayList<>(copies);
    all.add(store);
    all.forEach(one -> destroy(one, keyRecord));
    byte[] receipt = receipt(receiptRecord, person, tombstone);
    for (SubjectKeyStore copy : copies) {
      copy.putIfAbsent(receiptRecord, 1, receipt);
    }
    return receipt;
  }

  /** A process that has not seen the tombstone yet may put one more key; it destroys it itself. */
  private static void destroy(SubjectKeyStore store, SubjectRecord record) {
    for (int attempt = 0; attempt < DELETIONS; attempt++) {
      store.deleteAllVersions(record);
      if (store.versions(record).isEmpty()) {
        return;
      }
    }
    throw new SubjectKeyException(
        CryptoErrorCode.SUBJECT_ERASURE_INCOMPLETE,
        "a person's key is still in a store after it was deleted");
  }

  private byte[] receipt(SubjectRecord record, SubjectPseudonym person, StatusRecord tombstone) {
    Optional<byte[]> there = store.get(record, 1);
    if (there.isPresent()) {
      return there.get();
    }
    byte[] receipt = ErasureReceipt.sign(person, tombstone, signer);
    return store.putIfAbsent(record, 1, receipt) ? receipt : store.get(record, 1).orElse(receipt);
  }

  private SubjectStatus status(SubjectKeyStore where, SubjectPseudonym person) {
    return SubjectStatus.read(where, lookup, person);
  }

  private boolean append(SubjectPseudonym person, StatusRecord record) {
    return store.putIfAbsent(
        SubjectRecord.of(Kind.STATUS, person), record.sequence(), record.stored());
  }

  private StatusRecord.Decision decision(String subject, String actor, String reason) {
    requireText("actor", actor, 256, subject);
    requireText("reason", reason, 1024, subject);
    return new StatusRecord.Decision(actor, reason, clock.instant().truncatedTo(ChronoUnit.MILLIS));
  }

  /** An id of less than four characters stands in too many a number by chance. */
  private static void requireText(String what, String text, int most, String subject) {
    if (text.isEmpty() || text.length() > most) {
      throw new IllegalArgumentException(what + " must have 1 to " + most + " characters");
    }
    if (subject.length() >= 4
        && text.toLowerCase(Locale.ROOT).contains(subject.toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException(what + " holds the person's id, which must not be kept");
    }
  }

  private static void requireHold(String hold) {
    if (!HOLD.matcher(hold).matches()) {
      throw new IllegalArgumentException(
          "a hold's name has 1 to 80 of A-Z a-z 0-9 . _ - and begins with a letter or digit");
    }
  }

  private static SubjectKeyException contended() {
    return new SubjectKeyException(
        CryptoErrorCode.SUBJECT_STORE_FAILED, "others change a person's status all the time");
  }
}
