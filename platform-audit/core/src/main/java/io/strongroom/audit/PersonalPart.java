package io.strongroom.audit;

import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.subject.SubjectField;
import io.strongroom.crypto.subject.SubjectKeys;
import io.strongroom.crypto.subject.SubjectPseudonym;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;

/**
 * A fact of an event that can be erased later without changing the log: the entry holds it
 * committed or sealed. What makes it readable is kept elsewhere and can be destroyed there; the
 * entry, its hash and every proof stay as they are. Immutable.
 */
public sealed interface PersonalPart {

  /**
   * A fact that the entry commits to by a salted hash. Whoever holds its {@link Opening} can show
   * what it was; once every copy of that is deleted, nobody can, nor find it by trying values.
   *
   * @param hash {@link Opening#commit}, 64 hexadecimal digits in lower case
   */
  record Committed(String hash) implements PersonalPart {
    /**
     * Checks the form.
     *
     * @throws AuditException EVENT_INVALID when it is no hash
     */
    public Committed {
      if (!AuditReceipt.isHash(hash)) {
        throw invalid("a commitment must be 64 hexadecimal digits in lower case");
      }
    }

    @Override
    public JsonObject json() {
      return JsonObject.builder().put("commitment", hash).build();
    }
  }

  /**
   * A fact sealed under the key of the person it is about (platform-crypto's {@code SubjectKeys}).
   * Erasing the person makes it unreadable at once.
   *
   * @param subject the person's pseudonym, 64 hexadecimal digits in lower case
   * @param ciphertext the sealed field in base64, at most 8,192 characters
   */
  record Sealed(String subject, String ciphertext) implements PersonalPart {
    private static final int MAX_CIPHERTEXT = 8_192;

    /**
     * Checks the form.
     *
     * @throws AuditException EVENT_INVALID when it is none
     */
    public Sealed {
      if (!AuditReceipt.isHash(subject)) {
        throw invalid("a pseudonym must be 64 hexadecimal digits in lower case");
      }
      if (ciphertext.isEmpty()
          || ciphertext.length() > MAX_CIPHERTEXT
          || NoteKey.decode(ciphertext) == null) {
        throw invalid("a sealed part must be 1 to " + MAX_CIPHERTEXT + " characters of base64");
      }
    }

    @Override
    public JsonObject json() {
      return JsonObject.builder().put("sealed", ciphertext).put("subject", subject).build();
    }

    /**
     * Seals a fact.
     *
     * @param keys the persons' keys
     * @param person whom it is about
     * @param field which fact it is; needed for opening
     * @param value the fact
     * @throws io.strongroom.crypto.CryptoException as {@link SubjectKeys#seal}
     * @throws AuditException EVENT_INVALID when it is longer than about 6,000 bytes
     */
    public static Sealed of(
        SubjectKeys keys, SubjectPseudonym person, SubjectField field, String value) {
      byte[] sealed = keys.seal(person, field, value.getBytes(StandardCharsets.UTF_8));
      return new Sealed(person.value(), Base64.getEncoder().encodeToString(sealed));
    }

    /**
     * Opens the fact.
     *
     * @param keys the persons' keys
     * @param field what it was sealed as
     * @throws io.strongroom.crypto.CryptoException as {@link SubjectKeys#open}; {@link
     *     io.strongroom.crypto.SubjectErasedException} once the person was erased
     */
    public String open(SubjectKeys keys, SubjectField field) {
      byte[] sealed = Base64.getDecoder().decode(ciphertext);
      return new String(
          keys.open(new SubjectPseudonym(subject), field, sealed), StandardCharsets.UTF_8);
    }
  }

  /** The part as it stands in an entry. */
  JsonObject json();

  /** Reads {@link #json}. */
  static PersonalPart decode(JsonObject json) {
    if (json.members().keySet().equals(Set.of("commitment"))) {
      return new Committed(json.string("commitment"));
    }
    if (json.members().keySet().equals(Set.of("sealed", "subject"))) {
      return new Sealed(json.string("subject"), json.string("sealed"));
    }
    throw invalid("a part must have the member commitment, or sealed and subject");
  }

  private static AuditException invalid(String problem) {
    return new AuditException(
        AuditErrorCode.EVENT_INVALID, "event field personal is malformed: " + problem);
  }
}
