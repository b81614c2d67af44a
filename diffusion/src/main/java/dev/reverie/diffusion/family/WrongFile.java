package dev.reverie.diffusion.family;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** What a file of tensors is that holds no Stable Diffusion model in the original layout (markers as diffusers has them). */
final class WrongFile {
    private static final String NOT_READ = "a model of %s in one file, which is not supported; take its folder";
    /** Advice by what is in some tensor's name; the first that is found counts. */
    private static final Map<String, String> MARKERS = markers();

    private WrongFile() {}

    private static Map<String, String> markers() {
        Map<String, String> markers = new LinkedHashMap<>();
        markers.put("lora_", "a LoRA, no model; put it on one");
        markers.put(".lora", "a LoRA, no model; put it on one");
        markers.put("control_model.", "a ControlNet in the original layout; take its folder");
        markers.put("controlnet_cond_embedding.", "a ControlNet; it is a part besides a model");
        markers.put("ip_adapter.", "an IP-Adapter, no model; put it on one");
        markers.put("double_blocks.", NOT_READ.formatted("Flux"));
        markers.put("joint_blocks.", NOT_READ.formatted("Stable Diffusion 3"));
        markers.put("patchify_proj.", NOT_READ.formatted("LTX-Video"));
        markers.put("individual_token_refiner.", NOT_READ.formatted("HunyuanVideo"));
        markers.put("head.modulation", NOT_READ.formatted("Wan"));
        markers.put("down_blocks.", "a part of a model as diffusers names it; open the folder that all parts lie in");
        markers.put("text_model.", "a text encoder, a part of a model; open the folder that all parts lie in");
        markers.put("decoder.mid.", "an autoencoder alone, a part of a model");
        return markers;
    }

    /** A sentence without its subject. */
    static String advice(Set<String> tensors) {
        for (Map.Entry<String, String> marker : MARKERS.entrySet()) {
            if (tensors.stream().anyMatch(name -> name.contains(marker.getKey()))) {
                return "is " + marker.getValue();
            }
        }
        return "holds no model that is known here: no tensor \"model.diffusion_model.input_blocks.0.0.weight\"";
    }
}
