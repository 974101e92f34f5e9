"""The parts of `bench/journey.py`: a country full of people, the browsers they use, and what is measured meanwhile."""
