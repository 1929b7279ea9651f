package io.mlaas.sharing.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FileNameTest {
    @Test
    void keepsOddUnicode() {
        assertThat(FileName.sanitised("größe 数据 🤖.csv", "dataset")).isEqualTo("größe 数据 🤖.csv");
    }

    @Test
    void keepsNoPath() {
        assertThat(FileName.sanitised("../../etc/passwd", "dataset")).isEqualTo("passwd");
        assertThat(FileName.sanitised("C:\\data\\x.csv", "dataset")).isEqualTo("x.csv");
        assertThat(FileName.sanitised("..", "dataset")).isEqualTo("dataset");
        assertThat(FileName.sanitised("a/", "dataset")).isEqualTo("dataset");
        assertThat(FileName.sanitised(null, "dataset")).isEqualTo("dataset");
    }

    @Test
    void dropsControlAndReorderingCharacters() {
        assertThat(FileName.sanitised("a\r\nSet-Cookie: x\0.csv", "dataset")).isEqualTo("aSet-Cookie: x.csv");
        assertThat(FileName.sanitised("photo\u202Egpj.exe", "dataset")).isEqualTo("photogpj.exe");
        assertThat(FileName.sanitised("half\uD83E.csv", "dataset")).isEqualTo("half.csv");
    }

    @Test
    void cutsAt255CharactersWithoutBreakingOne() {
        assertThat(FileName.sanitised("x".repeat(300), "dataset")).hasSize(255);
        assertThat(FileName.sanitised("x".repeat(254) + "🤖", "dataset")).isEqualTo("x".repeat(254));
    }

    @Test
    void isRestoredInTheHeaderOfADownload() {
        assertThat(Delivery.disposition("mnist.mat")).isEqualTo("attachment; filename=\"mnist.mat\"");
        assertThat(Delivery.disposition("a\"b.csv"))
                .isEqualTo("attachment; filename=\"a_b.csv\"; filename*=UTF-8''a%22b.csv");
        assertThat(Delivery.disposition("数 据.csv"))
                .isEqualTo("attachment; filename=\"_ _.csv\"; filename*=UTF-8''%E6%95%B0%20%E6%8D%AE.csv");
    }
}
