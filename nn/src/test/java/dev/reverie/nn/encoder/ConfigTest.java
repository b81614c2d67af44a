package dev.reverie.nn.encoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.tensor.Activation;
import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.Json;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Options that change what an encoder computes are done or refused, RELIABILITY.md section 5, case 26. */
class ConfigTest {
    private static final String T5 =
            "\"vocab_size\": 9, \"d_model\": 8, \"d_kv\": 4, \"d_ff\": 9, \"num_layers\": 1, \"num_heads\": 2";

    /** The least that a file must say. */
    private static final Map<String, String> LEAST = Map.of(
            "clip-text", "\"bos_token_id\": 0",
            "clip-vision", "\"initializer_range\": 0.02",
            "t5", T5,
            "llama",
                    "\"vocab_size\": 9, \"hidden_size\": 8, \"intermediate_size\": 9, \"num_hidden_layers\": 1, \"num_attention_heads\": 2",
            "gpt2", "\"vocab_size\": 9, \"n_positions\": 9, \"n_embd\": 8, \"n_layer\": 1, \"n_head\": 2",
            "albert",
                    "\"hidden_size\": 8, \"num_hidden_layers\": 1, \"num_attention_heads\": 2, \"intermediate_size\": 9, \"max_position_embeddings\": 9");

    private static Record read(String kind, String options) throws IOException {
        String least = Objects.requireNonNull(LEAST.get(kind), kind);
        Json json = Json.parse("fox/config.json", "{" + least + (options.isEmpty() ? "" : ", " + options) + "}");
        return switch (kind) {
            case "clip-text" -> ClipTextConfig.read(json);
            case "clip-vision" -> ClipVisionConfig.read(json);
            case "t5" -> T5Config.read(json);
            case "llama" -> LlamaConfig.read(json);
            case "gpt2" -> Gpt2Config.read(json);
            default -> AlbertConfig.read(json, 9);
        };
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            clip-text   | "hidden_act": "dance"                    | "hidden_act" must be the name of one of the functions gelu, gelu_fast, | , not "dance"
            clip-text   | "model_type": "clip"                     | "model_type" must be "clip_text_model"    | , not "clip"
            clip-text   | "layer_norm_eps": 2                      | layer_norm_eps 2.0                        |
            clip-text   | "eos_token_id": [2, 3]                   | "eos_token_id" must be an integer         | not a list
            clip-vision | "model_type": "siglip_vision_model"      | "model_type" must be "clip_vision_model"  | not "siglip_vision_model"
            clip-vision | "num_channels": 4                        | "num_channels" must be 3.0                | not 4
            clip-vision | "hidden_act": "gelu_10"                  | "hidden_act" must be the name             | not "gelu_10"
            t5          | "model_type": "longt5"                   | must be "t5" or "mt5" or "umt5"           | not "longt5"
            t5          | "feed_forward_proj": "gated-mish"        | "feed_forward_proj" must be the name      | not "gated-mish"
            t5          | "dense_act_fn": "mish"                   | "dense_act_fn" must be the name           | not "mish"
            llama       | "model_type": "mistral"                  | "model_type" must be "llama"              | not "mistral"
            llama       | "hidden_act": "gelu"                     | "hidden_act" must be "silu" or "swish"    | not "gelu"
            llama       | "attention_bias": true                   | "attention_bias" must be false            | not true
            llama       | "mlp_bias": true                         | "mlp_bias" must be false                  | not true
            llama       | "rope_scaling": {"rope_type": "llama3"}  | "rope_scaling.rope_type" must be "default" | not "llama3"
            llama       | "rope_scaling": {"type": "linear"}       | "rope_scaling.type" must be "default"     | not "linear"
            llama       | "rope_parameters": {"partial_rotary_factor": 0.5} | "rope_parameters.partial_rotary_factor" must be 1.0 | not 0.5
            gpt2        | "model_type": "gpt_neo"                  | "model_type" must be "gpt2"               | not "gpt_neo"
            gpt2        | "scale_attn_weights": false              | "scale_attn_weights" must be true         | not false
            gpt2        | "scale_attn_weights": null               | "scale_attn_weights" must be true         | not null
            gpt2        | "scale_attn_by_inverse_layer_idx": true  | must be false                             | not true
            gpt2        | "add_cross_attention": true              | must be false                             | not true
            gpt2        | "activation_function": "tanh"            | "activation_function" must be the name    | not "tanh"
            albert      | "hidden_act": "gelu"                     | "hidden_act" must be "gelu_new" or        | not "gelu"
            albert      | "num_hidden_groups": 2                   | "num_hidden_groups" must be 1.0           | not 2
            albert      | "inner_group_num": 2                     | "inner_group_num" must be 1.0             | not 2
            albert      | "position_embedding_type": "relative_key" | must be "absolute"                       | not "relative_key"
            """)
    void case26WhatIsNotDoneIsRefusedByName(String kind, String options, String rule, String value) throws IOException {
        read(kind, "");
        String message = String.valueOf(assertThrows(CheckpointException.class, () -> read(kind, options))
                .getMessage());
        assertTrue(message.startsWith("fox/config.json: "), message);
        assertTrue(message.contains(rule) && message.contains(value == null ? "" : value), message);
    }

    /** Options of training, tokenizers and decoders, and what changes nothing at the value that it has. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            clip-text   | "model_type": "clip_text_model", "attention_dropout": 0.5, "pad_token_id": 1, "house_style": {}
            clip-vision | "num_channels": 3, "architectures": ["Fox"], "house_style": [1]
            t5          | "is_decoder": true, "num_decoder_layers": 5, "tie_word_embeddings": false, "scalable_attention": true
            llama       | "pretraining_tp": 2, "rope_scaling": null, "attention_bias": null, "hidden_act": "silu"
            gpt2        | "reorder_and_upcast_attn": true, "summary_type": "mean"
            albert      | "dropout": 0.1, "classifier_dropout_prob": 0.1, "num_hidden_groups": 1
            """)
    void whatChangesNothingIsAccepted(String kind, String options) throws IOException {
        assertEquals(read(kind, ""), read(kind, options));
    }

    /** As transformers 4.57 has them: {@code T5Config.from_dict(..).dense_act_fn} and {@code .is_gated_act}. */
    @Test
    void aFunctionOfItsOwnNameGoesBeforeTheOneOfTheGate() throws IOException {
        String gated = "\"feed_forward_proj\": \"gated-gelu\"";
        assertEquals(Activation.GELU_TANH, t5(gated).activation());
        assertEquals(Activation.GELU, t5(gated + ", \"dense_act_fn\": \"gelu\"").activation());
        assertEquals(
                Activation.SILU, t5("\"feed_forward_proj\": \"gated-silu\"").activation());
        assertEquals(Activation.RELU, t5("").activation());
        assertTrue(t5(gated).gated());
        assertFalse(t5(gated + ", \"is_gated_act\": false").gated());
        assertFalse(t5("").gated());
    }

    private static T5Config t5(String options) throws IOException {
        return (T5Config) read("t5", options);
    }
}
