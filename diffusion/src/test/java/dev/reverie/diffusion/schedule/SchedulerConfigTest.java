package dev.reverie.diffusion.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.tensor.io.CheckpointException;
import dev.reverie.tensor.io.Json;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchedulerConfigTest {
    /** Stable Diffusion 1.5's file: of PNDM, with an option that PNDM has not. */
    static final String STABLE_DIFFUSION = """
            {"_class_name": "PNDMScheduler", "_diffusers_version": "0.6.0", "beta_end": 0.012,
             "beta_schedule": "scaled_linear", "beta_start": 0.00085, "num_train_timesteps": 1000,
             "set_alpha_to_one": false, "skip_prk_steps": true, "steps_offset": 1, "trained_betas": null,
             "clip_sample": false}
            """;

    static final String FLUX = """
            {"_class_name": "FlowMatchEulerDiscreteScheduler", "base_image_seq_len": 256, "base_shift": 0.5,
             "max_image_seq_len": 4096, "max_shift": 1.15, "num_train_timesteps": 1000, "shift": 3.0,
             "use_dynamic_shifting": true}
            """;

    static SchedulerConfig read(String json) throws IOException {
        return SchedulerConfig.read(Json.parse("scheduler_config.json", json));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'_class_name': 'VQDiffusionScheduler' | must be a scheduler that is known here: DDIMScheduler",
                "'_class_name': 'DDPMScheduler', 'variance_type': 'guessed' | \"variance_type\" must be one of",
                "'_class_name': 'DDIMScheduler', 'use_magic': true | \"use_magic\" is an option that no scheduler",
                "'_class_name': 'DDIMScheduler', 'steps_offset': -1 | \"steps_offset\" must be an integer from 0 to 1,000,000, not -1",
                "'_class_name': 'DDIMScheduler', 'steps_offset': 1000 | steps_offset must be less than",
                "'_class_name': 'DDIMScheduler', 'num_train_timesteps': 0 | \"num_train_timesteps\" must be",
                "'_class_name': 'DDIMScheduler', 'num_train_timesteps': 2000000000 | \"num_train_timesteps\" must be",
                "'_class_name': 'DDIMScheduler', 'num_train_timesteps': '1000' | must be an integer",
                "'_class_name': 'DDIMScheduler', 'beta_start': 0.5, 'beta_end': 0.1 | beta_start must not be",
                "'_class_name': 'DDIMScheduler', 'beta_start': Infinity | \"beta_start\" must be a number from",
                "'_class_name': 'DDIMScheduler', 'trained_betas': [0.1, 0.2] | trained_betas must be num_train",
                "'_class_name': 'DDIMScheduler', 'trained_betas': [0.1, 'x'] | must be a number",
                "'_class_name': 'DDIMScheduler', 'prediction_type': 'flow_prediction' | does not go with DDIM",
                "'_class_name': 'PNDMScheduler', 'prediction_type': 'sample' | does not go with PNDMScheduler",
                "'_class_name': 'EulerDiscreteScheduler', 'use_karras_sigmas': true, 'use_beta_sigmas': true | only one",
                "'_class_name': 'DEISMultistepScheduler', 'solver_order': 4 | solver_order must be 1 to 3",
                "'_class_name': 'DPMSolverMultistepScheduler', 'algorithm_type': 'dpmsolver' | final_sigmas_type",
                "'_class_name': 'UniPCMultistepScheduler', 'solver_p': 1 | \"solver_p\" must be null: nothing else is known here, not 1",
                "'_class_name': 'UniPCMultistepScheduler', 'predict_x0': false | final_sigmas_type sigma_min",
                "'_class_name': 'FlowMatchEulerDiscreteScheduler', 'shift': 0 | \"shift\" must be a number from",
                "'_class_name': 'FlowMatchEulerDiscreteScheduler', 'max_image_seq_len': 256 | base_image_seq_len",
                "'beta_start': 0.1 | \"_class_name\" is missing"
            })
    void case26RefusesWhatItCannotDo(String options, String sentence) {
        CheckpointException fault =
                assertThrows(CheckpointException.class, () -> read("{" + options.replace('\'', '"') + "}"));
        assertTrue(String.valueOf(fault.getMessage()).contains(sentence), fault.getMessage());
        assertTrue(String.valueOf(fault.getMessage()).startsWith("scheduler_config.json"), fault.getMessage());
    }

    @Test
    void anotherMethodKeepsWhatTheFileStates() throws IOException {
        SchedulerConfig euler = read(STABLE_DIFFUSION).withSampler("euler");
        assertEquals(SchedulerType.EULER, euler.type());
        assertEquals(0.012, euler.number("beta_end"));
        assertEquals("scaled_linear", euler.word("beta_schedule"));
        // left out by the file: each method's own
        assertEquals("linspace", euler.word("timestep_spacing"));
        assertEquals("leading", euler.withType(SchedulerType.DDIM).word("timestep_spacing"));
    }

    @ParameterizedTest
    @CsvSource({
        "euler-a, EULER_ANCESTRAL",
        "dpm2, DPM2",
        "dpm2-a-karras, DPM2_ANCESTRAL",
        "DPM++2M-Karras, DPM_MULTISTEP",
        "dpm++2m-sde-exponential, DPM_MULTISTEP",
        "dpm++2s, DPM_SINGLESTEP",
        "dpm++3m-beta, DPM_MULTISTEP",
        "unipc-karras, UNIPC",
        "lcm, LCM",
        "tcd, TCD"
    })
    void namesChooseMethods(String name, SchedulerType type) throws IOException {
        SchedulerConfig config = read(STABLE_DIFFUSION).withSampler(name);
        assertEquals(type, config.type());
        assertEquals(name.endsWith("arras"), config.flag("use_karras_sigmas"));
        assertEquals(name.endsWith("-exponential"), config.flag("use_exponential_sigmas"));
        assertEquals(name.endsWith("-beta"), config.flag("use_beta_sigmas"));
        assertEquals(name.contains("sde"), config.word("algorithm_type").startsWith("sde"));
        assertEquals(name.contains("3m") ? 3 : 2, config.integer("solver_order"));
    }

    @ParameterizedTest
    @CsvSource({
        "ddim, DDIM",
        "euler-a, Euler a",
        "dpm++2m-karras, DPM++ 2M Karras",
        "dpm++2m-sde-exponential, DPM++ 2M SDE Exponential",
        "dpm++3m, DPM++ 3M",
        "unipc-beta, UniPC Beta",
    })
    void aLabelIsTakenForItsName(String name, String label) throws IOException {
        SchedulerConfig config = read(STABLE_DIFFUSION);
        assertEquals(label, config.withSampler(name).label());
        assertEquals(label, config.withSampler(label).label());
    }

    @Test
    void everyNameHasALabelOfItsOwn() throws IOException {
        Set<String> labels = new HashSet<>();
        for (String name : Samplers.names()) {
            SchedulerConfig model = read(name.startsWith("flow-") ? FLUX : STABLE_DIFFUSION);
            String label = model.withSampler(name).label();
            assertTrue(labels.add(label), name);
            assertEquals(label, model.withSampler(label).label());
        }
    }

    @Test
    void optionsThatNoNameStandsForHaveTheClassName() throws IOException {
        SchedulerConfig first = read(STABLE_DIFFUSION).withSampler("dpm++2m").with("solver_order", 1);
        assertEquals("DPMSolverMultistepScheduler", first.label());
    }

    @Test
    void everyNameMakesASchedule() throws IOException {
        SchedulerConfig noise = read(STABLE_DIFFUSION);
        for (String name : Samplers.names()) {
            if (!name.startsWith("flow-")) {
                assertTrue(Scheduler.of(noise.withSampler(name)).schedule(5).calls() >= 5, name);
            }
        }
        SchedulerConfig flow = read(FLUX);
        for (String name :
                List.of("euler", "flow-euler", "heun", "dpm++2m", "dpm++2s", "unipc", "deis", "euler-beta")) {
            ScheduleRequest request = ScheduleRequest.of(5).withMu(1);
            Schedule schedule = Scheduler.of(flow.withSampler(name)).schedule(request);
            assertTrue(schedule.sigmas()[0] > 0.99 && schedule.sigmas()[0] <= 1, name);
        }
    }

    @ParameterizedTest
    @CsvSource({"eulr", "ddim-karras", "euler-a-beta", "karras", "-karras", "flow-euler", "''"})
    void refusesNames(String name) throws IOException {
        SchedulerConfig config = read(STABLE_DIFFUSION);
        assertThrows(IllegalArgumentException.class, () -> config.withSampler(name));
    }

    @Test
    void aFlowModelRefusesSamplersOfNoise() throws IOException {
        SchedulerConfig config = read(FLUX);
        assertThrows(IllegalArgumentException.class, () -> config.withSampler("ddim"));
        assertThrows(IllegalArgumentException.class, () -> config.withSampler("lcm"));
    }

    @Test
    void shiftGrowsWithThePicture() throws IOException {
        SchedulerConfig config = read(FLUX);
        assertEquals(0.5, config.mu(256), 1e-12);
        assertEquals(1.15, config.mu(4096), 1e-12);
    }
}
