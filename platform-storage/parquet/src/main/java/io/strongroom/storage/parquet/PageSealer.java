package io.strongroom.storage.parquet;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.io.IOException;
import org.apache.parquet.crypto.AesCipher;
import org.apache.parquet.crypto.ModuleCipherFactory.ModuleType;
import org.jspecify.annotations.Nullable;
import org.xerial.snappy.Snappy;

/** Compresses and encrypts pages with contexts that it keeps. For one thread at a time. */
final class PageSealer implements AutoCloseable {
  private final Codec codec;
  private final BufferPool pool;
  private final @Nullable ZstdCompressCtx zstd;
  private final PageCipher @Nullable [] ciphers;
  private final byte[] fileAad;
  private final int usualLevel;
  private int level;

  /**
   * A sealer.
   *
   * @param encryption null for files in the clear
   * @param fileAad what binds modules to their file
   */
  PageSealer(
      WriterSettings settings,
      BufferPool pool,
      @Nullable FileEncryption encryption,
      byte[] fileAad) {
    this.codec = settings.codec();
    this.pool = pool;
    this.fileAad = fileAad;
    this.ciphers = encryption == null ? null : encryption.ciphers();
    this.usualLevel = settings.zstdLevel();
    if (codec == Codec.ZSTD) {
      zstd = new ZstdCompressCtx();
      setLevel(zstd, usualLevel);
    } else {
      zstd = null;
    }
  }

  /** Puts the page's final bytes in the place of its encoded ones. */
  void seal(Page page) throws IOException {
    if (codec != Codec.UNCOMPRESSED && page.compressed()) {
      compress(page);
    }
    if (ciphers != null) {
      Page.Place place = page.place();
      PageCipher cipher = ciphers[place.column()];
      ModuleType module = place.dictionary() ? ModuleType.DictionaryPage : ModuleType.DataPage;
      byte[] aad =
          AesCipher.createModuleAAD(fileAad, module, place.group(), place.column(), place.page());
      byte[] encrypted = pool.take(page.length() + PageCipher.OVERHEAD);
      int length = cipher.encrypt(page.bytes(), page.offset(), page.length(), aad, encrypted);
      replace(page, encrypted, length);
    }
  }

  private void setLevel(ZstdCompressCtx context, int wanted) {
    if (level != wanted) {
      context.setLevel(wanted);
      level = wanted;
    }
  }

  private void compress(Page page) throws IOException {
    if (zstd != null) {
      setLevel(zstd, page.zstdLevel() == Page.SETTING ? usualLevel : page.zstdLevel());
    }
    int length = page.length();
    int bound =
        zstd == null
            ? Snappy.maxCompressedLength(length)
            : Math.toIntExact(Zstd.compressBound(length));
    byte[] roomy = pool.take(bound);
    int compressed =
        zstd == null
            ? Snappy.compress(page.bytes(), page.offset(), length, roomy, 0)
            : zstd.compressByteArray(roomy, 0, roomy.length, page.bytes(), page.offset(), length);
    if (ciphers != null) {
      replace(page, roomy, compressed);
      return;
    }
    // The page waits for the end of its row group, so it should not keep room that it does not use.
    byte[] exact = pool.take(compressed);
    if (exact.length < roomy.length) {
      System.arraycopy(roomy, 0, exact, 0, compressed);
      pool.give(roomy);
      replace(page, exact, compressed);
    } else {
      pool.give(exact);
      replace(page, roomy, compressed);
    }
  }

  private void replace(Page page, byte[] bytes, int length) {
    byte[] before = page.bytes();
    page.replace(bytes, length);
    pool.give(before);
  }

  @Override
  public void close() {
    if (zstd != null) {
      zstd.close();
    }
  }
}
