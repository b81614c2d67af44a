package dev.reverie.diffusion.family;

import dev.reverie.tensor.io.TensorEntry;
import dev.reverie.tensor.io.TensorView;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A CLIP text encoder within a file of all parts: in the layout of transformers, or in that of OpenCLIP. */
sealed interface TextTower {
    PartTensors tensors();

    /** Tensors under the names of transformers. */
    Map<String, TensorView> views();

    /** Names of {@code [vocabulary, width]}, {@code [positions, width]} and {@code [inner width, width]}. */
    String tokens();

    String positions();

    String inner();

    int layers();

    /** Width of the projected pooled state; 0 without a projection. */
    int projectionWidth();

    /** As transformers names them, with or without {@code text_model.} before. */
    record Transformers(PartTensors tensors) implements TextTower {
        @Override
        public Map<String, TensorView> views() {
            Map<String, TensorView> views = new TreeMap<>();
            for (Map.Entry<String, TensorEntry> tensor : tensors.all().entrySet()) {
                String name = PartNames.text(tensor.getKey());
                if (name != null) {
                    views.put(name, TensorView.of(tensor.getValue()));
                }
            }
            return views;
        }

        @Override
        public String tokens() {
            return model() + "embeddings.token_embedding.weight";
        }

        @Override
        public String positions() {
            return model() + "embeddings.position_embedding.weight";
        }

        @Override
        public String inner() {
            return model() + "encoder.layers.0.mlp.fc1.weight";
        }

        @Override
        public int layers() {
            return tensors.count(model() + "encoder.layers");
        }

        @Override
        public int projectionWidth() {
            return tensors.size("text_projection.weight", 0);
        }

        private String model() {
            return tensors.hasModule("text_model") ? "text_model." : "";
        }
    }

    /**
     * As OpenCLIP names them (mlfoundations/open_clip, src/open_clip/transformer.py): queries, keys and values in one
     * matrix, the projection as a bare matrix {@code [width, projected]}.
     *
     * @param layers how many are used: published files of SD 2 hold one more
     * @param isProjected whether the projection is used
     */
    record OpenClip(PartTensors tensors, int layers, boolean isProjected) implements TextTower {
        private static final Map<String, String> LAYER = Map.of(
                "ln_1", "layer_norm1",
                "ln_2", "layer_norm2",
                "mlp.c_fc", "mlp.fc1",
                "mlp.c_proj", "mlp.fc2",
                "attn.out_proj", "self_attn.out_proj");
        private static final String BLOCKS = "transformer.resblocks.";
        private static final String PROJECTION = "text_projection";

        @Override
        public Map<String, TensorView> views() {
            ModuleNames names = names();
            Map<String, TensorView> views = new TreeMap<>();
            for (Map.Entry<String, TensorEntry> tensor : tensors.all().entrySet()) {
                String name = tensor.getKey();
                TensorView view = TensorView.of(tensor.getValue());
                if (name.contains(".attn.in_proj_") && isThreefold(view)) {
                    putSplit(names.rename(name.replace("attn.in_proj_", "attn.in_proj.")), view, views);
                } else if (name.equals(PROJECTION)
                        && isProjected
                        && view.shape().size() == 2) {
                    views.put("text_projection.weight", view.transposed());
                } else if (!name.equals(PROJECTION)) {
                    views.put(names.rename(name), view);
                }
            }
            views.keySet().removeAll(List.of("logit_scale", "attn_mask")); // of the training
            removeLayersPastLast(views);
            return views;
        }

        private static boolean isThreefold(TensorView view) {
            return !view.shape().isEmpty() && view.shape().getFirst() % 3 == 0;
        }

        private void removeLayersPastLast(Map<String, TensorView> views) {
            for (int i = layers; i < layersInFile(); i++) {
                String layer = "encoder.layers." + i + ".";
                views.keySet().removeIf(name -> name.startsWith(layer));
            }
        }

        private int layersInFile() {
            return tensors.count("transformer.resblocks");
        }

        private ModuleNames names() {
            ModuleNames names = new ModuleNames();
            names.put("token_embedding", "embeddings.token_embedding");
            names.put("positional_embedding", "embeddings.position_embedding.weight");
            names.put("ln_final", "final_layer_norm");
            for (int i = 0; i < layersInFile(); i++) {
                names.putAll(BLOCKS + i, "encoder.layers." + i, LAYER);
                names.put(BLOCKS + i + ".attn", "encoder.layers." + i + ".self_attn");
            }
            return names;
        }

        /** {@code [3 width, ..]}: queries, keys and values, one after the other. */
        private static void putSplit(String name, TensorView view, Map<String, TensorView> views) {
            List<String> parts = List.of("q_proj", "k_proj", "v_proj");
            for (int i = 0; i < parts.size(); i++) {
                views.put(name.replace("in_proj", parts.get(i)), view.part(i, parts.size()));
            }
        }

        @Override
        public String tokens() {
            return "token_embedding.weight";
        }

        @Override
        public String positions() {
            return "positional_embedding";
        }

        @Override
        public String inner() {
            return BLOCKS + "0.mlp.c_fc.weight";
        }

        @Override
        public int projectionWidth() {
            return tensors.size(PROJECTION, 1);
        }
    }
}
