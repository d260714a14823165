import hashlib
import io
import json
import subprocess
import sys
import zipfile
from dataclasses import replace

import lightgbm as lgb
import numpy as np
import pandas as pd
import pytest
from optuna.trial import FixedTrial
from scipy.special import expit
from sklearn.ensemble import GradientBoostingClassifier

from models import families
from models.artefact import dumped, loaded
from models.errors import TooLittle
from models.families import FAMILIES
from models.metrics import roc_auc

family = pytest.mark.parametrize("family", FAMILIES)


@family
def test_contributions_add_up_to_the_score(family, fitted, company):
    phi, base = fitted[family].contributions(company.X)
    assert phi.shape == company.X.shape
    np.testing.assert_allclose(base + phi.sum(axis=1), fitted[family].score(company.X), rtol=0, atol=1e-14)


@family
def test_a_constant_and_an_unknown_feature_contribute_nothing(family, fitted, company):
    phi, _ = fitted[family].contributions(company.X)
    for name in ("constant", "unknown"):
        assert not phi[:, list(company.X.columns).index(name)].any()


@family
def test_a_model_ranks_leavers_first(family, fitted, company):
    assert roc_auc(company.y, fitted[family].score(company.X)) > 0.7


@family
def test_the_mean_score_is_near_the_observed_rate(family, fitted, company):
    score = fitted[family].score(company.X)
    p = expit(score) if fitted[family].unit == "log-odds" else score
    assert abs(p.mean() - company.y.mean()) < 0.02


@family
def test_the_number_of_threads_changes_no_byte(family, fitted, company, quick):
    two = families.fit(family, company.X, company.y, quick[family], seed=5, threads=2)
    assert two.to_files() == fitted[family].to_files()
    assert two.score(company.X).tobytes() == fitted[family].score(company.X).tobytes()


@family
def test_a_loaded_model_is_the_same_model(family, fitted, company):
    files = fitted[family].to_files()
    again = families.load(family, files)
    assert (again.family, again.features, again.unit) == (family, tuple(company.X), fitted[family].unit)
    assert again.score(company.X).tobytes() == fitted[family].score(company.X).tobytes()
    assert again.to_files() == files


def test_another_process_writes_the_same_bytes(fitted, company, tmp_path, quick):
    company.X.assign(y=company.y).to_parquet(tmp_path / "rows.parquet")
    code = (
        "import sys, json, hashlib, pandas as pd\n"
        "import statistics, matplotlib.figure  # other imports, another memory\n"
        "from models import families\n"
        "rows = pd.read_parquet(sys.argv[1]); y = rows.pop('y').to_numpy()\n"
        "for f, quick in json.loads(sys.argv[2]).items():\n"
        "    files = families.fit(f, rows, y, quick, seed=5).to_files()\n"
        "    print(f, *(hashlib.sha256(files[n]).hexdigest() for n in sorted(files)))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "rows.parquet"), json.dumps(quick)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    expected = {
        f: [hashlib.sha256(m.to_files()[n]).hexdigest() for n in sorted(m.to_files())]
        for f, m in fitted.items()
    }
    assert {line.split()[0]: line.split()[1:] for line in ran.stdout.splitlines()} == expected


@family
def test_a_customer_is_scored_the_same_alone_as_among_all(family, fitted, company):
    model, alone = fitted[family], company.X.iloc[[17]]
    assert model.score(alone)[0] == model.score(company.X)[17]
    np.testing.assert_array_equal(model.contributions(alone)[0][0], model.contributions(company.X)[0][17])


@family
def test_no_customers_give_no_scores(family, fitted, company):
    phi, _ = fitted[family].contributions(company.X.iloc[:0])
    assert phi.shape == (0, company.X.shape[1])
    assert len(fitted[family].score(company.X.iloc[:0])) == 0


@family
def test_columns_are_found_by_name_and_others_are_left_alone(family, fitted, company):
    shuffled = company.X[company.X.columns[::-1]].assign(customer_id="x")
    np.testing.assert_array_equal(fitted[family].score(shuffled), fitted[family].score(company.X))


@family
def test_a_feature_that_went_away_is_refused_by_name(family, fitted, company):
    with pytest.raises(ValueError, match="the first being 'bend'"):
        fitted[family].score(company.X.drop(columns="bend"))


@family
def test_an_infinite_feature_is_refused_by_name(family, fitted, company):
    with pytest.raises(ValueError, match="'silence' is infinite in 1 rows"):
        fitted[family].score(company.X.assign(silence=[np.inf, *company.X["silence"][1:]]))


@family
def test_one_class_is_too_little(family, company, quick):
    with pytest.raises(TooLittle, match="All 600 labelled rows have label 1"):
        families.fit(family, company.X, np.ones(600), quick[family], seed=5)


@family
def test_nine_rows_are_too_little(family, company, quick):
    with pytest.raises(TooLittle, match="There are 9 labelled rows"):
        families.fit(family, company.X[:9], company.y[:9], quick[family], seed=5)


def test_labels_are_0_and_1_and_one_a_row(company):
    with pytest.raises(ValueError, match="0 or 1"):
        families.fit("logistic", company.X, np.full(600, np.nan), {}, seed=5)
    with pytest.raises(ValueError, match="one label a row"):
        families.fit("logistic", company.X, company.y[:5], {}, seed=5)


def test_no_features_are_too_little(company):
    with pytest.raises(TooLittle, match="no features"):
        families.fit("logistic", company.X[[]], company.y, {}, seed=5)


@family
def test_defaults_lie_in_the_search_space(family):
    trial = FixedTrial(families.defaults(family))  # warns, and so fails, where a value lies outside
    assert families.suggest(family, trial) == families.defaults(family)


@family
def test_defaults_are_a_copy(family):
    families.defaults(family).clear()
    assert families.defaults(family)


def test_there_is_no_fourth_family():
    with pytest.raises(ValueError, match="no family 'tabular'; the families are logistic, forest, boosted"):
        families.defaults("tabular")


def test_the_logistic_score_is_what_scikit_learn_says(fitted, company):
    from models.logistic import _columns
    from models.matrix import matrix

    model = fitted["logistic"]
    columns = _columns(matrix(company.X, model.features), model.rank, model.knots, model.gaps)
    np.testing.assert_allclose(model.weigh.decision_function(columns), model.score(company.X), atol=1e-12)


def test_the_logistic_base_is_the_mean_training_score(fitted, company):
    phi, base = fitted["logistic"].contributions(company.X)
    assert fitted["logistic"].score(company.X).mean() == pytest.approx(base, abs=1e-12)
    np.testing.assert_allclose(phi.mean(axis=0), 0, atol=1e-12)  # so each feature is told against its mean


def test_the_logistic_sees_a_bend(fitted, company):
    """The truth rises on both sides of 0; a straight line could not follow."""
    flat = pd.DataFrame([company.X.iloc[0]] * 3).assign(bend=[-2.0, 0.0, 2.0])
    left, middle, right = fitted["logistic"].score(flat)
    assert middle < left
    assert middle < right


def test_a_logistic_feature_moves_only_its_own_contribution(fitted, company):
    model = fitted["logistic"]
    before, _ = model.contributions(company.X)
    after, _ = model.contributions(company.X.assign(bend=np.nan))
    moved = (before != after).any(axis=0)
    assert list(np.array(model.features)[moved]) == ["bend"]


def test_the_forest_agrees_with_scikit_learn_and_shap(fitted, company, shap):
    model = fitted["forest"]
    np.testing.assert_array_equal(
        model.score(company.X), model.forest.predict_proba(company.X.to_numpy())[:, 1]
    )
    theirs = shap.TreeExplainer(model.forest).shap_values(company.X.to_numpy())[:, :, 1]
    np.testing.assert_allclose(model.contributions(company.X)[0], theirs, atol=1e-12)


@pytest.mark.parametrize("over", [{"trees": 301}, {"depth": 9}, {"trees": 0}])
def test_a_forest_that_could_not_be_explained_in_time_is_refused(over, company, quick):
    with pytest.raises(ValueError, match="at most 300 of depth 8"):
        families.fit("forest", company.X, company.y, quick["forest"] | over, seed=5)


def test_the_boosted_score_is_the_mean_of_its_boosters(fitted, company):
    model = fitted["boosted"]
    one, two = (
        lgb.Booster(model_str=text).predict(company.X.to_numpy(), raw_score=True) for text in model.texts
    )
    assert not np.array_equal(one, two)
    np.testing.assert_allclose(model.score(company.X), (one + two) / 2, atol=1e-15)


def test_boosted_contributions_agree_with_shap(fitted, company, shap):
    model = fitted["boosted"]
    theirs = np.mean(
        [shap.TreeExplainer(lgb.Booster(model_str=t)).shap_values(company.X.to_numpy()) for t in model.texts],
        axis=0,
    )
    np.testing.assert_allclose(model.contributions(company.X)[0], theirs, atol=1e-9)


def test_a_lightgbm_text_does_not_tell_how_it_was_trained(fitted):
    assert all("num_threads" not in text and "parameters:" not in text for text in fitted["boosted"].texts)


def test_a_damaged_lightgbm_text_is_refused_by_name(fitted):
    files = fitted["boosted"].to_files()
    files["booster_01.txt"] = files["booster_01.txt"].replace(b"leaf_value=", b"leaf_value=1 ", 1)
    with pytest.raises(ValueError, match=r"'booster_01.txt' is not as it was written"):
        families.load("boosted", files)


def test_a_lightgbm_text_that_lightgbm_did_not_write_is_refused(fitted):
    text = fitted["boosted"].texts[0] + "parameters:\n[num_threads: 9]\nend of parameters\n"
    files = replace(fitted["boosted"], texts=(text,)).to_files()
    with pytest.raises(ValueError, match=r"'booster_00.txt' is not as it was written"):
        families.load("boosted", files)


def test_a_boosted_model_without_boosters_is_refused(fitted):
    with pytest.raises(ValueError, match="no booster"):
        families.load("boosted", replace(fitted["boosted"], texts=()).to_files())


def test_a_saved_model_of_another_type_is_refused_by_name(company):
    other = GradientBoostingClassifier(n_estimators=1).fit(company.X[["silence"]], company.y)
    content = dumped(other)
    with pytest.raises(ValueError, match="the type 'sklearn"):
        loaded(content, ())


def test_a_saved_model_tells_no_time_and_no_address(fitted):
    for content in (fitted["forest"].to_files()["forest.skops"], fitted["logistic"].to_files()["rank.skops"]):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            text = archive.read("schema.json").decode()
        numbers = [int(part.split("}")[0].split(",")[0]) for part in text.split('"__id__":')[1:]]
        assert sorted(numbers) == list(range(1, len(numbers) + 1))
