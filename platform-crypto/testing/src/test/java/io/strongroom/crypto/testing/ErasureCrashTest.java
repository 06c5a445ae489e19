package io.strongroom.crypto.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.crypto.EncryptionContext;
import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.SubjectErasedException;
import io.strongroom.crypto.SubjectKeyException;
import io.strongroom.crypto.signing.Ed25519Signer;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.RootKey;
import io.strongroom.crypto.signing.Signer;
import io.strongroom.crypto.signing.VerificationKey;
import io.strongroom.crypto.subject.ErasureReceipt;
import io.strongroom.crypto.subject.SubjectErasure;
import io.strongroom.crypto.subject.SubjectField;
import io.strongroom.crypto.subject.SubjectKeys;
import io.strongroom.crypto.subject.SubjectPseudonym;
import io.strongroom.crypto.subject.SubjectRecord;
import io.strongroom.crypto.testing.InMemorySubjectKeyStore.Moment;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The store, or the copy, crashes at every call of an erasure or a backup, one after the other. */
@Tag("verify")
class ErasureCrashTest {
  private static final KeyId KEY = new KeyId("people");
  private static final SubjectField NAME = new SubjectField("customers", "name");
  private static final byte[] PLAINTEXT = "Erika Mustermann".getBytes(StandardCharsets.UTF_8);
  private static final EncryptionContext CONTEXT =
      EncryptionContext.strongroom().tenant("acme").build();

  private final SecureRandom random = new SecureRandom();
  private final Signer signer = Ed25519Signer.generate(KeyPurpose.RECEIPT, random);
  private final RootKey root = RootKey.generate(random);
  private final Keyring keyring =
      Keyring.parse(
          Keyring.create(root, 1, List.of(VerificationKey.of(signer, "privacy office"))),
          root.digest());

  /** Two processes over one store and its copy; the second starts after the first has crashed. */
  private static final class World {
    private final InMemoryKeyService service = new InMemoryKeyService(KEY);
    private final InMemorySubjectKeyStore store = new InMemorySubjectKeyStore();
    private final InMemorySubjectKeyStore copy = new InMemorySubjectKeyStore();

    World() {
      builder().prepare();
    }

    private SubjectKeys.Builder builder() {
      return SubjectKeys.builder(store, service, KEY).context(CONTEXT).copy(copy);
    }

    SubjectKeys process() {
      return builder().build();
    }

    void restart() {
      store.restart();
      copy.restart();
    }

    int keys() {
      return store.list(SubjectRecord.Kind.KEY).size() + copy.list(SubjectRecord.Kind.KEY).size();
    }
  }

  private static boolean fails(Runnable work) {
    try {
      work.run();
      return false;
    } catch (SubjectKeyException crashed) {
      return true;
    }
  }

  @ParameterizedTest
  @EnumSource
  void anErasureThatCrashesAnywhereIsNotBegunOrIsCompletedLater(Moment moment) {
    for (boolean ofTheCopy : new boolean[] {false, true}) {
      int crashes = 0;
      boolean crashed = true;
      while (crashed) {
        World world = new World();
        SubjectKeys before = world.process();
        SubjectPseudonym erika = before.pseudonym("erika");
        byte[] first = before.seal(erika, NAME, PLAINTEXT);
        before.addVersion(erika);
        byte[] second = before.seal(erika, NAME, PLAINTEXT);
        byte[] other = before.seal(before.pseudonym("max"), NAME, PLAINTEXT);
        before.erasure(signer).backUp();
        (ofTheCopy ? world.copy : world.store).crashAt(crashes + 1, moment);
        crashed = fails(() -> before.erasure(signer).erase("erika", "desk", "request 7"));
        world.restart();

        SubjectKeys after = world.process();
        if (after.isErased(erika)) {
          for (byte[] sealed : List.of(first, second)) {
            assertThatThrownBy(() -> after.open(erika, NAME, sealed))
                .isInstanceOf(SubjectErasedException.class);
          }
          assertThatThrownBy(() -> after.seal(erika, NAME, PLAINTEXT))
              .isInstanceOf(SubjectErasedException.class);
          assertThat(after.erasure(signer).completeErasures()).isEqualTo(1);
        } else {
          assertThat(crashed).isTrue();
          assertThat(after.open(erika, NAME, first)).isEqualTo(PLAINTEXT);
          assertThat(after.open(erika, NAME, second)).isEqualTo(PLAINTEXT);
        }
        byte[] receipt = after.erasure(signer).erase("erika", "desk", "request 7");
        assertThat(world.keys()).isEqualTo(2);
        ErasureReceipt read = ErasureReceipt.verify(receipt, keyring);
        assertThat(read.subject()).isEqualTo(erika);
        assertThat(read.newestKeyVersion()).isEqualTo(2);
        assertThat(after.erasure(signer).receipt("erika")).hasValue(receipt);
        assertThat(world.copy.get(new SubjectRecord(SubjectRecord.Kind.RECEIPT, erika.value()), 1))
            .hasValue(receipt);
        assertThat(after.open(after.pseudonym("max"), NAME, other)).isEqualTo(PLAINTEXT);
        crashes++;
      }
      assertThat(crashes).isGreaterThan(4);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aFirstSealThatCrashesAnywhereIsDoneAgain(Moment moment) {
    int crashes = 0;
    boolean crashed = true;
    while (crashed) {
      World world = new World();
      SubjectKeys before = world.process();
      world.store.crashAt(crashes + 1, moment);
      crashed = fails(() -> before.seal(before.pseudonym("erika"), NAME, PLAINTEXT));
      world.restart();
      SubjectKeys after = world.process();
      SubjectPseudonym erika = after.pseudonym("erika");
      assertThat(after.open(erika, NAME, after.seal(erika, NAME, PLAINTEXT))).isEqualTo(PLAINTEXT);
      assertThat(world.keys()).isEqualTo(1);
      crashes++;
    }
    assertThat(crashes).isGreaterThan(3);
  }

  @ParameterizedTest
  @EnumSource
  void aBackupThatCrashesAnywhereIsDoneAgainAndRestoresEverything(Moment moment) {
    for (boolean ofTheCopy : new boolean[] {false, true}) {
      int crashes = 0;
      boolean crashed = true;
      while (crashed) {
        World world = new World();
        SubjectKeys before = world.process();
        SubjectPseudonym erika = before.pseudonym("erika");
        byte[] sealed = before.seal(erika, NAME, PLAINTEXT);
        SubjectErasure office = before.erasure(signer);
        office.hold("erika", "case-1", "counsel", "litigation");
        office.erase("max", "desk", "request 8");
        (ofTheCopy ? world.copy : world.store).crashAt(crashes + 1, moment);
        crashed = fails(office::backUp);
        world.restart();
        world.process().erasure(signer).backUp();

        InMemorySubjectKeyStore fresh = new InMemorySubjectKeyStore();
        SubjectKeys.Builder builder =
            SubjectKeys.builder(fresh, world.service, KEY).context(CONTEXT);
        builder.prepareFrom(world.copy);
        SubjectKeys restored = builder.build();
        restored.erasure(signer).restore(world.copy);
        assertThat(restored.open(restored.pseudonym("erika"), NAME, sealed)).isEqualTo(PLAINTEXT);
        assertThat(restored.isErased(restored.pseudonym("max"))).isTrue();
        assertThat(restored.erasure(signer).holds("erika")).containsExactly("case-1");
        assertThat(restored.erasure(signer).receipt("max")).isPresent();
        crashes++;
      }
      assertThat(crashes).isGreaterThan(4);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aHoldThatCrashesAnywhereStandsOrDoesNot(Moment moment) {
    int crashes = 0;
    boolean crashed = true;
    while (crashed) {
      World world = new World();
      SubjectErasure before = world.process().erasure(signer);
      world.store.crashAt(crashes + 1, moment);
      crashed = fails(() -> before.hold("erika", "case-1", "counsel", "litigation"));
      world.restart();
      SubjectErasure after = world.process().erasure(signer);
      assertThat(after.holds("erika")).hasSizeLessThanOrEqualTo(1);
      after.hold("erika", "case-1", "counsel", "litigation");
      assertThat(after.holds("erika")).containsExactly("case-1");
      crashes++;
    }
    assertThat(crashes).isGreaterThan(1);
  }
}
