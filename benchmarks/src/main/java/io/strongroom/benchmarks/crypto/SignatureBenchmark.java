package io.strongroom.benchmarks.crypto;

import io.strongroom.crypto.signing.EcdsaSigner;
import io.strongroom.crypto.signing.Ed25519Signer;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Signer;
import io.strongroom.crypto.signing.SigningAlgorithm;
import io.strongroom.crypto.signing.Verifier;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Question: how long does it take to sign a document of 1 KiB, and to check the signature?
 *
 * <p>Command: {@code benchmarks/compare sign-ed25519 verify-ed25519 sign-p256 verify-p256 sign-p384
 * verify-p384}. The JDK is asked because it is the provider that would be used otherwise.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgs = "-Xmx1g")
public class SignatureBenchmark {
  /** The contender to time. */
  @Param({"strongroom", "jdk"})
  public String contender = "strongroom";

  /** How the key signs. */
  @Param({"ED25519", "ECDSA_P256", "ECDSA_P384"})
  public SigningAlgorithm algorithm = SigningAlgorithm.ED25519;

  /** Cores that the contender may use; a signature needs one. */
  @Param("1")
  public int cores = 1;

  private final byte[] document = new byte[1024];
  private Keys keys = new StrongroomKeys(algorithm);
  private byte[] signature = new byte[0];

  private interface Keys {
    byte[] sign(byte[] message);

    boolean verify(byte[] message, byte[] signature);
  }

  private static final class StrongroomKeys implements Keys {
    private final Signer signer;
    private final Verifier verifier;

    StrongroomKeys(SigningAlgorithm algorithm) {
      SecureRandom random = new SecureRandom();
      signer =
          algorithm == SigningAlgorithm.ED25519
              ? Ed25519Signer.generate(KeyPurpose.MANIFEST, random)
              : EcdsaSigner.generate(algorithm, KeyPurpose.MANIFEST, random);
      verifier = Verifier.of(algorithm, signer.publicKey());
    }

    @Override
    public byte[] sign(byte[] message) {
      return signer.sign(message);
    }

    @Override
    public boolean verify(byte[] message, byte[] signature) {
      return verifier.verify(message, signature);
    }
  }

  private static final class JdkKeys implements Keys {
    private final String name;
    private final KeyPair pair;

    JdkKeys(SigningAlgorithm algorithm) {
      name =
          switch (algorithm) {
            case ED25519 -> "Ed25519";
            case ECDSA_P256 -> "SHA256withECDSAinP1363Format";
            case ECDSA_P384 -> "SHA384withECDSAinP1363Format";
            case ML_DSA_44 -> "ML-DSA-44";
          };
      try {
        KeyPairGenerator generator =
            KeyPairGenerator.getInstance(name.startsWith("SHA") ? "EC" : name);
        if (name.startsWith("SHA")) {
          generator.initialize(
              new ECGenParameterSpec(name.startsWith("SHA256") ? "secp256r1" : "secp384r1"));
        }
        pair = generator.generateKeyPair();
      } catch (GeneralSecurityException missing) {
        throw new IllegalStateException("this JDK has no " + name, missing);
      }
    }

    @Override
    public byte[] sign(byte[] message) {
      try {
        Signature signature = Signature.getInstance(name);
        signature.initSign(pair.getPrivate());
        signature.update(message);
        return signature.sign();
      } catch (GeneralSecurityException failed) {
        throw new IllegalStateException(name + " does not sign", failed);
      }
    }

    @Override
    public boolean verify(byte[] message, byte[] signature) {
      try {
        Signature verifier = Signature.getInstance(name);
        verifier.initVerify(pair.getPublic());
        verifier.update(message);
        return verifier.verify(signature);
      } catch (GeneralSecurityException failed) {
        throw new IllegalStateException(name + " does not verify", failed);
      }
    }
  }

  /** Checks that the contender signs, verifies and refuses another document. */
  @Setup(Level.Trial)
  public void prepare() {
    keys =
        switch (contender) {
          case "strongroom" -> new StrongroomKeys(algorithm);
          case "jdk" -> new JdkKeys(algorithm);
          default -> throw new IllegalArgumentException("unknown contender " + contender);
        };
    signature = keys.sign(document);
    byte[] other = document.clone();
    other[0] = 1;
    if (!keys.verify(document, signature) || keys.verify(other, signature)) {
      throw new IllegalStateException(contender + " does not sign and verify");
    }
  }

  /** Makes a signature. */
  @Benchmark
  public byte[] sign() {
    return keys.sign(document);
  }

  /** Checks a signature. */
  @Benchmark
  public boolean verify() {
    return keys.verify(document, signature);
  }
}
