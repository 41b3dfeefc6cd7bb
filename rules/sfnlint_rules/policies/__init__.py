"""Rules about policy documents: 6xx."""
