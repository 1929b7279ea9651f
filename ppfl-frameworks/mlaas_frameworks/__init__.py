"""What the programs around Flower and NVIDIA FLARE share: plan, data, clients' training, the model's archive, progress."""
