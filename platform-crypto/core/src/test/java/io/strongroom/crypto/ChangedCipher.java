package io.strongroom.crypto;

import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Security;
import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.AEADBadTagException;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.CipherSpi;
import javax.crypto.IllegalBlockSizeException;
import javax.crypto.ShortBufferException;

/** The JDK's cipher, perhaps with another result. */
public abstract class ChangedCipher extends CipherSpi {
  private final Cipher real;
  private boolean encrypting;

  protected ChangedCipher() {
    try {
      real = Cipher.getInstance("AES/GCM/NoPadding", Security.getProvider("SunJCE"));
    } catch (GeneralSecurityException missing) {
      throw new AssertionError(missing);
    }
  }

  abstract void change(byte[] sealed, int from, int length);

  boolean unchecked() {
    return false;
  }

  @Override
  protected void engineInit(
      int mode, Key key, AlgorithmParameterSpec parameters, SecureRandom random) {
    try {
      encrypting = mode == Cipher.ENCRYPT_MODE;
      real.init(mode, key, parameters);
    } catch (GeneralSecurityException unexpected) {
      throw new AssertionError(unexpected);
    }
  }

  @Override
  protected void engineUpdateAAD(byte[] aad, int offset, int length) {
    real.updateAAD(aad, offset, length);
  }

  @Override
  protected int engineDoFinal(byte[] in, int offset, int length, byte[] out, int to)
      throws ShortBufferException, IllegalBlockSizeException, BadPaddingException {
    if (in == null) {
      int written = real.doFinal(out, to);
      change(out, to, written);
      return written;
    }
    if (!encrypting && unchecked()) {
      try {
        return real.doFinal(in, offset, length, out, to);
      } catch (AEADBadTagException ignored) {
        return length - 16;
      }
    }
    int written = real.doFinal(in, offset, length, out, to);
    if (encrypting) {
      change(out, to, written);
    }
    return written;
  }

  @Override
  protected byte[] engineDoFinal(byte[] in, int offset, int length) {
    throw new AssertionError("not used");
  }

  @Override
  protected byte[] engineUpdate(byte[] in, int offset, int length) {
    throw new AssertionError("not used");
  }

  @Override
  protected int engineUpdate(byte[] in, int offset, int length, byte[] out, int to) {
    throw new AssertionError("not used");
  }

  @Override
  protected void engineSetMode(String mode) {}

  @Override
  protected void engineSetPadding(String padding) {}

  @Override
  protected int engineGetBlockSize() {
    return 16;
  }

  @Override
  protected int engineGetOutputSize(int length) {
    return length + 16;
  }

  @Override
  protected byte[] engineGetIV() {
    return real.getIV();
  }

  @Override
  protected AlgorithmParameters engineGetParameters() {
    return real.getParameters();
  }

  @Override
  protected void engineInit(int mode, Key key, SecureRandom random) {
    throw new AssertionError("not used");
  }

  @Override
  protected void engineInit(
      int mode, Key key, AlgorithmParameters parameters, SecureRandom random) {
    throw new AssertionError("not used");
  }

  /** A provider of one such cipher and of nothing else. */
  public static Provider provider(String name, Class<? extends ChangedCipher> cipher) {
    return new OneCipher(name, cipher);
  }

  private static final class OneCipher extends Provider {
    private static final long serialVersionUID = 1L;

    OneCipher(String name, Class<? extends ChangedCipher> cipher) {
      super(name, "1.0", "for tests");
      put("Cipher.AES/GCM/NoPadding", cipher.getName());
    }
  }
}
