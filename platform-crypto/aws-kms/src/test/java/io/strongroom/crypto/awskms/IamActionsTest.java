package io.strongroom.crypto.awskms;

import static io.strongroom.crypto.awskms.KmsRig.CONTEXT;
import static io.strongroom.crypto.awskms.KmsRig.FRANKFURT;
import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.DataKey;
import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.signing.KeyPurpose;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The README's policies against the calls that are made. */
@Tag("verify")
class IamActionsTest {
  private final KmsRig rig = new KmsRig();
  private final String other = rig.kms.createKey(FRANKFURT);
  private final AwsKmsKeyService keys = rig.trusting(rig.key, other).build();

  @AfterEach
  void stop() {
    rig.close();
  }

  /** The actions that IAM checks for the calls that were made. */
  private Set<String> needed(Consumer<DataKey> use) {
    try (DataKey made = keys.generateDataKey(rig.keyId(), CONTEXT)) {
      rig.kms.clearCalls();
      use.accept(made);
    }
    Set<String> actions = new TreeSet<>();
    for (String action : rig.actions()) {
      if (action.equals("ReEncrypt")) {
        actions.addAll(List.of("kms:ReEncryptFrom", "kms:ReEncryptTo"));
      } else {
        actions.add("kms:" + action);
      }
    }
    return actions;
  }

  private static JsonObject policy(String heading) throws IOException {
    String readme = Files.readString(Path.of("../README.md"));
    int section = readme.indexOf(heading);
    int start = readme.indexOf("```json\n", section) + 8;
    assertThat(section).as(heading).isPositive();
    return JsonValue.parseObject(
        readme.substring(start, readme.indexOf("```", start)).getBytes(StandardCharsets.UTF_8));
  }

  private static Map<String, Set<String>> statements(JsonObject policy) {
    Map<String, Set<String>> statements = new TreeMap<>();
    for (JsonObject statement : policy.objects("Statement")) {
      assertThat(statement.string("Effect")).isEqualTo("Allow");
      statements.put(statement.string("Sid"), new TreeSet<>(statement.strings("Action")));
    }
    return statements;
  }

  @Test
  void theReadmeListsExactlyTheActionsThatAreCalled() throws IOException {
    Set<String> read = needed(key -> keys.unwrap(key.wrapped(), CONTEXT));
    Set<String> write =
        needed(
            key -> {
              keys.generateDataKey(rig.keyId(), CONTEXT).close();
              keys.wrap(key, rig.keyId(), CONTEXT);
            });
    Set<String> rewrap = needed(key -> keys.rewrap(key.wrapped(), CONTEXT, new KeyId(other)));
    Set<String> describe = needed(key -> keys.describe(rig.keyId()));
    KeyArn signing = KmsRig.arn(rig.kms.createSigningKey(FRANKFURT, "ECC_NIST_P256"));
    Set<String> sign =
        needed(
            key ->
                AwsKmsSigner.builder(signing, rig.frankfurt)
                    .openUnlisted(KeyPurpose.MANIFEST)
                    .sign(new byte[1]));
    assertThat(statements(policy("### IAM policy")))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "Read", read,
                "Write", write,
                "Rewrap", rewrap,
                "Describe", describe,
                "Sign", sign));
  }

  @Test
  void theKeyPolicyAllowsTheSameAndNothingElse() throws IOException {
    Map<String, Set<String>> roles = statements(policy("### IAM policy"));
    Set<String> sign = roles.remove("Sign");
    Set<String> all = new TreeSet<>();
    roles.values().forEach(all::addAll);
    Map<String, Set<String>> keyPolicy = statements(policy("### Key policy"));
    assertThat(keyPolicy.get("Pipeline")).isEqualTo(all);
    assertThat(keyPolicy.get("Administrators"))
        .doesNotContainAnyElementsOf(all.stream().filter(a -> !a.contains("Describe")).toList())
        .contains("kms:CancelKeyDeletion", "kms:EnableKeyRotation");
    Map<String, Set<String>> signingKeyPolicy = statements(policy("#### Policy of a signing key"));
    assertThat(signingKeyPolicy.get("Signer")).isEqualTo(sign);
    assertThat(signingKeyPolicy.get("Administrators")).doesNotContain("kms:Sign");
  }
}
