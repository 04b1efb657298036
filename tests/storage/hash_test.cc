#include "storage/hash.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace countersign::storage {
namespace {

TEST(Hashes, Sha256IsThatOfFips180) {
  EXPECT_EQ(ToHex(Sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Sha256({"a", "", "bc"}), Sha256("abc"));
}

TEST(Hashes, EveryThreadHasAContextOfItsOwn) {
  const Hash expected = Sha256("the same");
  std::vector<std::thread> threads;
  std::vector<int> wrong(8, 0);
  for (size_t t = 0; t < wrong.size(); ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 1000; ++i) wrong[t] += Sha256("the same") != expected;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, std::vector<int>(8, 0));
}

// RFC 4231, test case 2.
TEST(Hashes, HmacIsThatOfRfc4231) {
  EXPECT_EQ(ToHex(HmacSha256("Jefe", {"what do ya want ", "for nothing?"})),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Hashes, HmacTakesAnEmptyKey) {
  EXPECT_EQ(ToHex(HmacSha256("", {""})),
            "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

// RFC 5869, test case 3: no salt, no purpose; its first 32 bytes.
TEST(Hashes, HkdfIsThatOfRfc5869) {
  EXPECT_EQ(ToHex(Hkdf(std::string(22, '\x0b'), "")),
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d");
}

TEST(Hashes, SubkeysDifferByPurpose) {
  EXPECT_NE(Hkdf("a key of thirty-two bytes ......", "one"),
            Hkdf("a key of thirty-two bytes ......", "two"));
}

}  // namespace
}  // namespace countersign::storage
