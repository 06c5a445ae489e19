package io.strongroom.examples.lake;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import io.strongroom.crypto.KeyService;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.token.DetokenizationScope;
import io.strongroom.crypto.token.Tokenizer;
import io.strongroom.examples.lake.balances.BalancesPipeline;
import io.strongroom.examples.lake.balances.PublishedBalances;
import io.strongroom.examples.lake.transactions.RowHash;
import io.strongroom.examples.lake.transactions.TransactionSettings;
import io.strongroom.examples.lake.transactions.TransactionsPipeline;
import io.strongroom.pipeline.PipelineConfig;
import io.strongroom.storage.ObjectStore;
import java.time.InstantSource;

/** The application's own parts: its two pipelines and what they share. */
final class LakeModule extends AbstractModule {
  private final LakeConfig config;
  private final PipelineConfig pipelines;
  private final InstantSource clock;

  LakeModule(LakeConfig config, PipelineConfig pipelines, InstantSource clock) {
    this.config = config;
    this.pipelines = pipelines;
    this.clock = clock;
  }

  @Override
  protected void configure() {
    bind(LakeConfig.class).toInstance(config);
    bind(InstantSource.class).toInstance(clock);
  }

  @Provides
  @Singleton
  Tokenizer customers(ObjectStore store, KeyService keys) {
    return LakeKeys.openTokenKey(store, keys, config.tokenKeyDigest());
  }

  /**
   * Who asks for this may turn account tokens back: the command that reveals them, after it is
   * audited.
   */
  @Provides
  DetokenizationScope reveals() {
    return DetokenizationScope.allowing(LakeKeys.CUSTOMER_ID.name());
  }

  @Provides
  @Singleton
  TransactionsPipeline transactions(ObjectStore store, KeyService keys, Tokenizer customers) {
    byte[] rowHashKey = LakeKeys.openRowHashKey(store, keys, config.rowHashKeyDigest());
    TransactionSettings settings =
        new TransactionSettings(
            config.limits(),
            config.currencies(),
            config.timestamps(),
            customers,
            () -> new RowHash(rowHashKey));
    return new TransactionsPipeline(settings, pipelines.gates());
  }

  @Provides
  @Singleton
  BalancesPipeline balances() {
    return new BalancesPipeline(config.gold());
  }

  @Provides
  @Singleton
  PublishedLake published(ObjectStore store, Keyring keyring) {
    return new PublishedLake(store, keyring);
  }

  @Provides
  @Singleton
  PublishedBalances publishedBalances(ObjectStore store, KeyService keys) {
    return new PublishedBalances(store, keys);
  }
}
