package com.example.lake;

import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.EncryptionContext;
import io.strongroom.crypto.KeyService;
import io.strongroom.crypto.KeyUnavailableException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** The same for somebody who is refused the key of the class "personal". */
public final class MaskedLakeDecryption extends LakeDecryption {
  @Override
  KeyService keys() {
    KeyService all = super.keys();
    return (KeyService)
        Proxy.newProxyInstance(
            KeyService.class.getClassLoader(),
            new Class<?>[] {KeyService.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("unwrap")
                  && ((EncryptionContext) arguments[1])
                      .pairs()
                      .containsValue("data-key/personal")) {
                throw new KeyUnavailableException(
                    CryptoErrorCode.KEY_ACCESS_DENIED, "not for this reader");
              }
              try {
                return method.invoke(all, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
