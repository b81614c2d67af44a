package dev.reverie.diffusion.adapter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names as published single files of Stable Diffusion 1.5 and SDXL have them: two layers a block. */
class OriginalUnetNamesTest {
    /** Of SDXL block 0 of the way up attends, of 1.5 it does not. */
    private static OriginalUnetNames names(boolean attends) {
        String attention = "up_blocks." + (attends ? 0 : 1) + ".attentions.0.norm.weight";
        return new OriginalUnetNames(
                Set.of("down_blocks.0.resnets.0.conv1.weight", "down_blocks.0.resnets.1.conv1.weight", attention));
    }

    @ParameterizedTest
    @CsvSource({
        "conv_in, input_blocks.0.0",
        "down_blocks.0.resnets.1.conv1, input_blocks.2.0.in_layers.2",
        "down_blocks.0.downsamplers.0.conv, input_blocks.3.0.op",
        "down_blocks.1.attentions.0.transformer_blocks.1.attn2.to_k, input_blocks.4.1.transformer_blocks.1.attn2.to_k",
        "down_blocks.2.attentions.1.proj_in, input_blocks.8.1.proj_in",
        "down_blocks.1.resnets.0.conv_shortcut, input_blocks.4.0.skip_connection",
        "mid_block.resnets.0.norm2, middle_block.0.out_layers.0",
        "mid_block.attentions.0.norm, middle_block.1.norm",
        "mid_block.resnets.1.time_emb_proj, middle_block.2.emb_layers.1",
        "up_blocks.0.attentions.2.proj_out, output_blocks.2.1.proj_out",
        "up_blocks.0.upsamplers.0.conv, output_blocks.2.2.conv",
        "up_blocks.2.resnets.2.conv2, output_blocks.8.0.out_layers.3",
        "time_embedding.linear_2, time_embed.2",
        "add_embedding.linear_1, label_emb.0.0",
        "conv_norm_out, out.0",
        "conv_out, out.2",
    })
    void modules(String module, String original) {
        assertEquals(original, names(true).of(module));
    }

    @Test
    void upsamplersFollowAttentionsOrResnets() {
        assertEquals("output_blocks.2.1.conv", names(false).of("up_blocks.0.upsamplers.0.conv"));
        assertEquals("output_blocks.5.2.conv", names(false).of("up_blocks.1.upsamplers.0.conv"));
    }

    @Test
    void othersHaveNone() {
        assertNull(names(true).of("text_model.encoder"));
    }
}
